import { Button, Modal, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { DialogFoot } from "../../parts/DialogFoot.tsx";
import { FactList } from "../../parts/FactList.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { ReasonDialog } from "../../parts/ReasonDialog.tsx";
import { Failed, Loading } from "../../parts/State.tsx";
import { sentence } from "../../parts/sentence.ts";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { ruleText } from "../verification/say-entry.ts";
import { AssignDialog } from "./AssignDialog.tsx";
import { ALERT_TONES, type Alert } from "./alert-columns.tsx";
import { History } from "./History.tsx";
import { MoveAlertsDialog } from "./MoveAlertsDialog.tsx";
import { sayReason } from "./outcomes.ts";
import styles from "./Queue.module.css";

type AlertDialogProps = { id: string; onClose: () => void; onChanged: () => void; onSnooze: (alert: Alert) => void };

/** One alert: what it is about, who was told, and what can be done. */
export function AlertDialog({ id, onClose, onChanged, onSnooze }: AlertDialogProps) {
  const t = useText();
  const may = useMay();
  const [doing, setDoing] = useState<"acknowledge" | "assign" | "note" | "resolve" | null>(null);
  const found = useQuery({
    queryKey: ["alerts", id],
    queryFn: ({ signal }) => call("GET /v1/alerts/{id}", { path: { id } }, { signal }),
  });
  const alert = found.data;
  const changed = () => {
    setDoing(null);
    onChanged();
  };

  if (alert && doing === "assign") {
    return <AssignDialog alerts={[{ ...alert, name: ruleText(alert.rule, t) }]} onClose={changed} />;
  }
  if (alert && doing === "note") {
    return (
      <ReasonDialog
        title={t.cases.addNote}
        action={t.cases.addNote}
        label={t.cases.noteText}
        onClose={changed}
        onDone={(note) => call("POST /v1/alerts/{id}/notes", { path: { id }, body: { note } })}
      >
        {sentence(ruleText(alert.rule, t))}
      </ReasonDialog>
    );
  }
  if (alert && (doing === "resolve" || doing === "acknowledge")) {
    return (
      <MoveAlertsDialog move={doing} alerts={[alert]} nameOf={({ rule }) => ruleText(rule, t)} onClose={changed} />
    );
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<b className={styles.what}>{alert ? sentence(ruleText(alert.rule, t)) : t.work.tabs.alerts}</b>}
      closeButtonProps={{ "aria-label": t.parts.close }}
    >
      {found.isPending ? (
        <Loading rows={4} />
      ) : !alert ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : (
        <Stack gap="lg">
          <FactList
            rows={[
              [
                t.fields.status,
                <Mark key="status" tone={ALERT_TONES[alert.status]} dot="hollow">
                  {t.work.alertStatus[alert.status]}
                </Mark>,
              ],
              [t.work.severity, t.severity[alert.severity]],
              [t.work.detail, alert.detail],
              [t.fields.route, alert.route],
              [t.work.since, <Time key="at" at={alert.openedAt} as="long" />],
              [
                t.work.takenBy,
                alert.acknowledgedAt ? (
                  <>
                    {alert.acknowledgedByName ?? t.cases.somebody} · <Time at={alert.acknowledgedAt} as="long" />
                  </>
                ) : null,
              ],
              [t.work.resolution, alert.resolution && sayReason(alert.resolution, t)],
              [
                t.work.session,
                alert.verificationId ? (
                  <Link to="/verifications/$id" params={{ id: alert.verificationId }}>
                    {t.work.toSession}
                  </Link>
                ) : null,
              ],
            ]}
          />
          <div>
            <h3 style={{ marginBottom: 8 }}>{t.cases.history}</h3>
            <History deeds={alert.history} />
          </div>
          <div>
            <h3 style={{ marginBottom: 8 }}>{t.work.told}</h3>
            {alert.notifications.length === 0 ? (
              <p className="soft">{t.work.toldNobody}</p>
            ) : (
              <ul className={styles.notified}>
                {alert.notifications.map((one) => (
                  <li key={one.id}>
                    <Mark tone={one.state === "sent" ? "good" : one.state === "dead" ? "bad" : "still"}>
                      {t.work.notificationStates[one.state]}
                    </Mark>
                    {one.channelName} · {t.work.notificationKinds[one.kind]}
                    <span className="faint">
                      <Time at={one.endedAt ?? one.createdAt} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </div>
          <DialogFoot>
            {may("silences.write") && alert.status !== "resolved" ? (
              <Button variant="subtle" onClick={() => onSnooze(alert)}>
                {t.work.snooze}
              </Button>
            ) : null}
            {may("alerts.act") ? (
              <Button variant="subtle" onClick={() => setDoing("note")}>
                {t.cases.addNote}
              </Button>
            ) : null}
            {may("alerts.assign") && alert.status !== "resolved" ? (
              <Button variant="default" onClick={() => setDoing("assign")}>
                {t.cases.assign}
              </Button>
            ) : null}
            {may("alerts.act") && alert.status === "open" ? (
              <Button variant="default" onClick={() => setDoing("acknowledge")}>
                {t.work.take}
              </Button>
            ) : null}
            {may("alerts.act") && alert.status !== "resolved" ? (
              <Button onClick={() => setDoing("resolve")}>{t.work.close}</Button>
            ) : null}
          </DialogFoot>
        </Stack>
      )}
    </Modal>
  );
}
