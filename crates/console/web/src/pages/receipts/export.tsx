// The receipts that fit as a file.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { useLibrary } from "../../library";
import { toApiError } from "../../query";
import { ApiError, call } from "../../rpc";
import { saveAs } from "../../files";
import { Dialog } from "../../ui/dialog";
import { Button, ErrorBox } from "../../ui/parts";
import { exportInput, type ReceiptFilter } from "./filter";

const FORMATS = [
  { id: "csv", name: "CSV", mediaType: "text/csv" },
  { id: "json", name: "JSON", mediaType: "application/json" },
] as const;

type Format = (typeof FORMATS)[number];

export function Export({ filter, onClose }: { filter: ReceiptFilter; onClose(): void }) {
  const library = useLibrary();
  const [error, setError] = useState<ApiError>();
  const save = async ({ id, mediaType }: Format) => {
    try {
      const input = { format: id, ...exportInput(filter) };
      const text = await call<string>("query:finance.export_text.v1", input, library.id);
      saveAs(`receipts.${id}`, new Blob([text], { type: mediaType }));
      onClose();
    } catch (error) {
      setError(toApiError(error));
    }
  };
  return (
    <Dialog title={t("export.title")} onClose={onClose}>
      <p>{t("export.text")}</p>
      {error === undefined ? null : <ErrorBox error={error} />}
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
