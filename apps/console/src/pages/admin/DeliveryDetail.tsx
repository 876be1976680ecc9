import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { Mark } from "../../parts/Mark.tsx";
import { Failed, Loading } from "../../parts/State.tsx";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import styles from "./Delivery.module.css";

/** Every attempt to tell an endpoint of an event, and what it was told. */
export function DeliveryDetail({ id }: { id: string }) {
  const t = useText();
  const found = useQuery({
    queryKey: ["deliveries", id],
    queryFn: ({ signal }) => call("GET /v1/deliveries/{id}", { path: { id } }, { signal }),
  });
  if (found.isPending) return <Loading rows={3} />;
  if (!found.data) return <Failed error={found.error} retry={() => found.refetch()} />;
  const { attemptLog, event } = found.data;
  return (
    <div className={styles.detail}>
      <h3>{t.endpoints.attempt}</h3>
      <ol className={styles.attempts}>
        {attemptLog.map(({ at, durationMs, outcome, status, error, body }) => (
          <li key={at}>
            <Mark tone={outcome === "delivered" ? "good" : "bad"}>{t.endpoints.outcomes[outcome] ?? outcome}</Mark>
            <span className="soft">{error ?? t.endpoints.tested(status, durationMs)}</span>
            <span className="faint small">
              <Time at={at} as="long" />
            </span>
            {body ? <code className="mono">{body.slice(0, 200)}</code> : null}
          </li>
        ))}
      </ol>
      <details>
        <summary className="faint small">{t.endpoints.event}</summary>
        <pre className="mono">{JSON.stringify(event, null, 2)}</pre>
      </details>
    </div>
  );
}
