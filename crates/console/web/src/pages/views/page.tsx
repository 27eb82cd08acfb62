// A view of an extension: its query is called as the user, and its answer drawn with the console's own
// parts. Nothing of the extension runs in the page.

import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { useChanges } from "../../live";
import { useCall } from "../../query";
import { to, usePlace } from "../../router";
import { Icon } from "../../ui/icons";
import { Answer, Empty, Page } from "../../ui/parts";
import { Blocks } from "./blocks";
import { ShownContext, readInput } from "./context";
import { iconOf } from "./icons";
import { useViews } from "./list";
import type { Input, View, ViewInfo } from "./types";

export function ViewPage({ extension, view }: { extension: string; view: string }) {
  const { query } = usePlace();
  const given = query.get("input");
  return (
    <Answer of={useViews()}>
      {({ views }) => {
        const info = views.find((it) => it.extension === extension && it.view === view);
        if (info === undefined) return <Empty icon="warning" title={t("views.unknown")} />;
        return <Drawn key={`${view} ${given ?? ""}`} info={info} input={readInput(given)} />;
      }}
    </Answer>
  );
}

function Drawn({ info, input }: { info: ViewInfo; input: Input }) {
  const library = useLibrary();
  const changes = useChanges("events", library.id);
  const answered = useCall<View>(info.query, input, library.id, [changes]);
  const { extension, view } = info;
  const actions = (
    <a class="button plain" href={to(["extensions", extension])}>
      <Icon name={iconOf(info.icon)} />
      {info.extension_name}
    </a>
  );
  return (
    <Page title={answered.data?.title ?? info.title} about={info.description || undefined} actions={actions}>
      <ShownContext.Provider value={{ extension, view, input, reload: answered.reload }}>
        <Answer of={answered}>{(view) => <Blocks view={view} />}</Answer>
      </ShownContext.Provider>
    </Page>
  );
}
