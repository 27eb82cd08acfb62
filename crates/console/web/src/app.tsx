// The frame around all pages: who may see them, the library, the way between them.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { choose, language, languages, t, useLanguage, type Language } from "./i18n";
import { connected } from "./live";
import { LibraryContext, remember, remembered } from "./library";
import { CreateLibrary } from "./pages/create_library";
import { Route, sections } from "./pages/routes";
import { ViewsNav } from "./pages/views/list";
import { useCall } from "./query";
import { usePlace } from "./router";
import { reachable } from "./rpc";
import { session, signOut } from "./session";
import { useSignal } from "./store";
import { chooseTheme, theme, type Theme } from "./theme";
import type { Libraries, Library } from "./types";
import { Icon } from "./ui/icons";
import { Answer, Button, Empty, Loading } from "./ui/parts";

export function App() {
  useLanguage();
  const state = useSignal(session);
  if (state === "opening") return <Loading />;
  return state === "open" ? <Console key={language.get()} /> : <SignedOut />;
}

/** How to get in, for whoever has no session. */
function SignedOut() {
  return (
    <main class="signed-out" id="main">
      <Empty icon="exit" title={t("signedOut.title")}>
        <p>{t("signedOut.text")}</p>
        <pre>
          <code>spacedrive console</code>
        </pre>
        <p>{t("signedOut.more")}</p>
      </Empty>
      <Choices />
    </main>
  );
}

function Console() {
  const known = useCall<Libraries>("query:libraries.list.v1", {});
  const [chosen, setChosen] = useState(remembered());
  const libraries = known.data?.libraries ?? [];
  const library = libraries.find((library) => library.id === chosen) ?? libraries[0];
  const pick = (id: string) => {
    remember(id);
    setChosen(id);
  };
  return (
    <LibraryContext.Provider value={library}>
      <a class="skip" href="#main" onClick={skip}>
        {t("skip")}
      </a>
      <div class="frame">
        <Side libraries={libraries} library={library} pick={pick} />
        <main id="main" tabIndex={-1}>
          <Gone reload={known.reload} />
          <Answer of={known}>
            {() =>
              library === undefined ? (
                <CreateLibrary created={known.reload} />
              ) : (
                <Route key={library.id} />
              )
            }
          </Answer>
        </main>
      </div>
    </LibraryContext.Provider>
  );
}

// The address is the place, so the link only moves the focus.
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** Says that the daemon is gone, and tries again by itself. */
function Gone({ reload }: { reload(): void }) {
  const isThere = useSignal(reachable);
  useEffect(() => {
    if (isThere) return undefined;
    const timer = setInterval(reload, 3000);
    return () => clearInterval(timer);
  }, [isThere, reload]);
  if (isThere) return null;
  return (
    <div class="error" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{t("error.E_GONE")}</strong>
        </p>
        <p>{t("gone.text")}</p>
      </div>
    </div>
  );
}

interface SideProps {
  libraries: Library[];
  library: Library | undefined;
  pick(id: string): void;
}

function Side({ libraries, library, pick }: SideProps) {
  return (
    <header class="side">
      <p class="brand">
        <img src="/console/icon.svg" alt="" width="26" height="26" />
        Spacedrive
      </p>
      {libraries.length > 1 ? (
        <select
          class="library"
          aria-label={t("library.choose")}
          value={library?.id}
          onChange={(event) => pick(event.currentTarget.value)}
        >
          {libraries.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <p class="library">{library?.name}</p>
      )}
      {library === undefined ? null : <Nav />}
      <div class="side-end">
        <Live />
        <Choices />
        <Button icon="exit" kind="quiet" onClick={() => void signOut()}>
          {t("signOut")}
        </Button>
      </div>
    </header>
  );
}

function Nav() {
  const { path } = usePlace();
  const here = path[0] ?? "receipts";
  const nav = useRef<HTMLElement>(null);
  // On a narrow page it is a row that scrolls.
  useEffect(() => {
    const [row, link] = [nav.current, nav.current?.querySelector<HTMLElement>("[aria-current]")];
    if (row && link) row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  }, [path.join("/")]);
  return (
    <nav aria-label={t("nav.label")} ref={nav}>
      <ul>
        {sections.map(({ id, icon }) => (
          <li key={id}>
            <a href={`#/${id}`} aria-current={here === id && path.length < 3 ? "page" : undefined}>
              <Icon name={icon} />
              {t(`nav.${id}`)}
            </a>
          </li>
        ))}
      </ul>
      <ViewsNav />
    </nav>
  );
}

function Live() {
  const isLive = useSignal(connected);
  return <p class={isLive ? "live on" : "live"}>{isLive ? t("live.on") : t("live.off")}</p>;
}

/** The language and the colours. */
function Choices(): ComponentChildren {
  const scheme = useSignal(theme);
  return (
    <div class="choices">
      <select
        aria-label={t("language")}
        value={language.get()}
        onChange={(event) => choose(event.currentTarget.value as Language)}
      >
        {Object.entries(languages).map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t("theme")}
        value={scheme}
        onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
      >
        {(["auto", "light", "dark"] as const).map((id) => (
          <option key={id} value={id}>
            {t(`theme.${id}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
