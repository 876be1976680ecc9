import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { Empty, Failed, Loading } from "../../parts/State.tsx";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { Glyph } from "../verification/glyphs.tsx";
import { ruleText } from "../verification/say-entry.ts";
import { useSessionNames } from "../work/use-sessions.ts";
import styles from "./Today.module.css";

const SHOWN = 9;
const NONE: { verificationId: string | null }[] = [];

/** The latest alerts that nobody looks after yet. */
export function NeedsYou() {
  const t = useText();
  const may = useMay();
  const alerts = useQuery({
    queryKey: ["alerts", "open", SHOWN],
    queryFn: ({ signal }) => call("GET /v1/alerts", { query: { status: "open", limit: SHOWN } }, { signal }),
    refetchInterval: 10_000,
    enabled: may("alerts.read"),
  });
  const sessions = useSessionNames(alerts.data?.items ?? NONE);
  if (!may("alerts.read")) return null;
  return (
    <Card
      title={t.today.needsYou}
      side={
        <Link to="/work" className="small">
          {t.today.allWork}
        </Link>
      }
      flush
    >
      {alerts.isPending ? (
        <Loading rows={5} />
      ) : alerts.isError ? (
        <Failed error={alerts.error} />
      ) : alerts.data.items.length === 0 ? (
        <Empty icon="check" title={t.today.nothingOpen}>
          {t.today.nothingOpenHint}
        </Empty>
      ) : (
        <ul className={styles.list}>
          {alerts.data.items.map(({ id, rule, severity, openedAt, verificationId }) => (
            <li key={id}>
              <svg width={18} height={18} viewBox="-10 -10 20 20" role="img" aria-label={t.severity[severity]}>
                <Glyph shape="bell" tone={severity === "critical" ? "bad" : "wait"} />
              </svg>
              <Link to="/work" search={{ tab: "alerts", open: id }} data-row-link>
                {ruleText(rule, t)}
                <span className="faint small mono" style={{ display: "block" }}>
                  {verificationId ? sessions.get(verificationId) : null}
                </span>
              </Link>
              <span className="faint small">
                <Time at={openedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
