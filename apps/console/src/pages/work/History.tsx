import type { OutputOf } from "@verdict/client";
import { sentence } from "../../parts/sentence.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { sayReason } from "./outcomes.ts";
import styles from "./Queue.module.css";

type Deeds = OutputOf<"GET /v1/alerts/{id}">["history"];

/** What people did about an alert and what they had to say, the first thing first. */
export function History({ deeds }: { deeds: Deeds }) {
  const t = useText();
  if (deeds.length === 0) return <p className="soft">{t.cases.noHistory}</p>;
  return (
    <ul className={styles.history}>
      {deeds.map(({ id, at, action, actorName, reason }) => (
        <li key={id}>
          <span>
            <b>{actorName ?? sentence(t.cases.somebody)}</b> {t.cases.history_of[action] ?? action}
          </span>
          <span className="faint small">
            <Time at={at} />
          </span>
          {reason ? <p className="soft">{sayReason(reason, t)}</p> : null}
        </li>
      ))}
    </ul>
  );
}
