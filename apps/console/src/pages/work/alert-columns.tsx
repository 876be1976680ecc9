import type { OutputOf } from "@verdict/client";
import type { Column } from "../../parts/DataTable.tsx";
import { Mark } from "../../parts/Mark.tsx";
import type { Tone } from "../../parts/tones.ts";
import type { Text } from "../../text/en/index.ts";
import { Time } from "../../time/Time.tsx";
import { Glyph } from "../verification/glyphs.tsx";
import { ruleText } from "../verification/say-entry.ts";
import { sayReason } from "./outcomes.ts";
import styles from "./Queue.module.css";

export type Alert = OutputOf<"GET /v1/alerts">["items"][number];

export const ALERT_TONES: Record<Alert["status"], Tone> = { open: "bad", acknowledged: "wait", resolved: "still" };

/** What a queue of alerts shows. `sessions`: what the company calls those they are about. */
export const alertColumns = (
  t: Text,
  sessions: ReadonlyMap<string, string>,
  open: (id: string) => unknown,
): Column<Alert>[] => [
  {
    id: "what",
    header: t.work.what,
    narrow: "wide",
    cell: ({ id, rule, severity, verificationId, detail }) => (
      <span className={styles.what}>
        <svg width={18} height={18} viewBox="-10 -10 20 20" role="img" aria-label={t.severity[severity]}>
          <Glyph shape="bell" tone={severity === "critical" ? "bad" : "wait"} />
        </svg>
        <span className={styles.about}>
          <button type="button" className={styles.open} data-row-link onClick={() => open(id)}>
            {ruleText(rule, t)}
          </button>
          <About name={verificationId ? sessions.get(verificationId) : undefined} detail={detail} />
        </span>
      </span>
    ),
  },
  {
    id: "status",
    header: t.fields.status,
    narrow: "half",
    cell: ({ status }) => (
      <Mark tone={ALERT_TONES[status]} dot={status === "open" ? "live" : "hollow"}>
        {t.work.alertStatus[status]}
      </Mark>
    ),
  },
  {
    id: "who",
    header: t.work.takenBy,
    narrow: "hidden",
    cell: (alert) => <Who alert={alert} t={t} />,
  },
  { id: "route", header: t.fields.route, narrow: "hidden", cell: (row) => <span className="soft">{row.route}</span> },
  {
    id: "at",
    header: t.work.since,
    align: "end",
    cell: ({ openedAt }) => <Time at={openedAt} soft />,
  },
];

/** What tells one alert of a kind from the next. */
export const About = ({ name, detail }: { name: string | undefined; detail?: string | null }) =>
  name ? <span className="faint small mono">{name}</span> : <span className="faint small">{detail}</span>;

function Who({ alert, t }: { alert: Alert; t: Text }) {
  if (alert.status === "resolved") {
    return <span className="soft">{alert.resolution ? sayReason(alert.resolution, t) : null}</span>;
  }
  return alert.acknowledgedAt ? (
    <span>{alert.acknowledgedByName ?? t.cases.somebody}</span>
  ) : (
    <span className="faint">{t.cases.nobodyYet}</span>
  );
}
