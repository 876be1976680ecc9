import type { ReactNode } from "react";
import { usePreferences } from "../../preferences/preferences.tsx";
import { useText } from "../../text/text.tsx";
import styles from "./Insight.module.css";

const MOST = 8;

/** Parts of a whole as bars, the largest first. */
export function Shares({ counts, name }: { counts: readonly [string, number][]; name: (key: string) => ReactNode }) {
  const t = useText();
  const { language } = usePreferences();
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return <p className="soft">{t.insight.none}</p>;
  return (
    <ul className={styles.shares}>
      {counts.slice(0, MOST).map(([key, count]) => (
        <li key={key}>
          <span>{name(key)}</span>
          <span className="numbers soft">
            {count.toLocaleString(language)} · {((100 * count) / total).toFixed(1)}%
          </span>
          <span className={styles.track}>
            <span style={{ width: `${(100 * count) / total}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
