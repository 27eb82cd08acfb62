// What stands in place of the receipts while Finance is not installed.

import { t } from "../../i18n";
import { Empty, Page } from "../../ui/parts";

export function NoFinance() {
  return (
    <Page title={t("nav.receipts")}>
      <Empty icon="extensions" title={t("noFinance.title")}>
        <p>{t("noFinance.text")}</p>
        <p>
          <a class="button main" href="#/extensions">
            {t("noFinance.install")}
          </a>
        </p>
        <p>{t("noFinance.terminal")}</p>
        <pre>
          <code>spacedrive ext install finance</code>
        </pre>
      </Empty>
    </Page>
  );
}
