// The receipts that fit as a file.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { toApiError } from "../../query";
import { ApiError, call } from "../../rpc";
import { bytesOf, saveAs } from "../../files";
import { Dialog } from "../../ui/dialog";
import { Button, ErrorBox } from "../../ui/parts";
import { conditions, type ReceiptFilter } from "./filter";

const FORMATS = [
  { id: "csv", name: "CSV", mediaType: "text/csv" },
  { id: "json", name: "JSON", mediaType: "application/json" },
  { id: "xlsx", name: "XLSX", mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
  { id: "beancount", name: "Beancount", mediaType: "text/plain" },
  { id: "ledger", name: "Ledger", mediaType: "text/plain" },
  { id: "hledger", name: "hledger", mediaType: "text/plain", ending: "journal" },
] as const;

/** A file: its text, or its bytes as base64, with the receipts that are not in it and why. */
type Exported = string | { content: string; left_out?: string[] };

type Format = (typeof FORMATS)[number];

export function Export({ filter, onClose }: { filter: ReceiptFilter; onClose(): void }) {
  const library = useLibrary();
  const [error, setError] = useState<ApiError>();
  const [leftOut, setLeftOut] = useState<string[]>([]);
  const save = async (format: Format) => {
    const { id, mediaType } = format;
    setError(undefined);
    try {
      const input = { format: id, ...conditions(filter) };
      const file = await call<Exported>("query:finance.export_text.v1", input, library.id);
      const content = typeof file === "string" ? file : bytesOf(file.content);
      saveAs(`receipts.${"ending" in format ? format.ending : id}`, new Blob([content], { type: mediaType }));
      const leftOut = typeof file === "string" ? [] : (file.left_out ?? []);
      // What is not in the file is said, since the file cannot say it.
      if (leftOut.length === 0) onClose();
      setLeftOut(leftOut);
    } catch (error) {
      setError(toApiError(error));
    }
  };
  return (
    <Dialog title={t("export.title")} onClose={onClose}>
      <p>{t("export.text")}</p>
      {error === undefined ? null : <ErrorBox error={error} />}
      {leftOut.length === 0 ? null : (
        <div role="alert">
          <p>{t("export.leftOut", { n: leftOut.length })}</p>
          <ul>
            {leftOut.map((receipt, index) => (
              <li key={index}>{receipt}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="actions start">
        {FORMATS.map((format) => (
          <Button key={format.id} icon="download" onClick={() => void save(format)}>
            {format.name}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
