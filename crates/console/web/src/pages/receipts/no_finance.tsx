// What stands in place of the receipts while Finance is not installed.

import { t } from "../../i18n";
import { Empty, Page } from "../../ui/parts";

export function NoFinance() {
  return (
    <Page title={t("nav.receipts")}>
      <Empty icon="extensions" title={t("noFinance.title")}>
        <p>{t("noFinance.text")}</p>
        <pre>
          <code>spacedrive ext install finance</code>
        </pre>
      </Empty>
    </Page>
  );
}
