import { call } from "../../api/client.ts";
import { useText } from "../../text/text.tsx";
import type { Alert } from "./alert-columns.tsx";
import { BulkDialog } from "./BulkDialog.tsx";

type MoveAlertsDialogProps = {
  move: "acknowledge" | "resolve";
  alerts: readonly Alert[];
  nameOf: (alert: Alert) => string;
  onClose: () => void;
};

/** Takes alerts, or closes them with what they turned out to be. */
export function MoveAlertsDialog({ move, alerts, nameOf, onClose }: MoveAlertsDialogProps) {
  const t = useText();
  const closes = move === "resolve";
  return (
    <BulkDialog
      title={closes ? t.work.close : t.work.take}
      action={closes ? t.work.close : t.work.take}
      rows={alerts}
      nameOf={nameOf}
      closes={closes}
      optional
      onClose={onClose}
      onEach={({ id }, reason) =>
        closes
          ? call("POST /v1/alerts/{id}/resolve", { path: { id }, body: { reason } })
          : call("POST /v1/alerts/{id}/acknowledge", { path: { id }, body: reason ? { reason } : {} })
      }
    />
  );
}
