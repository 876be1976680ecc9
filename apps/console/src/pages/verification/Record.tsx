import { useEffect, useRef } from "react";
import { usePreferences } from "../../preferences/preferences.tsx";
import { useText } from "../../text/text.tsx";
import { duration, exactClock } from "../../time/format-time.ts";
import { type Entry, keyOf, storedOf } from "./evidence.ts";
import { Glyph, glyphOf } from "./glyphs.tsx";
import styles from "./Record.module.css";
import { sayEntry } from "./say-entry.ts";

type RecordProps = { entries: readonly Entry[]; since: string; picked: string | null };

/** Everything on record in order, in words, each with what was stored of it. */
export function Record({ entries, since, picked }: RecordProps) {
  const t = useText();
  const place = usePreferences();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (picked)
      list.current?.querySelector(`#${CSS.escape(picked)}`)?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, [picked]);

  return (
    <ol className={styles.list} ref={list}>
      {entries.map((entry) => {
        const key = keyOf(entry);
        const after = Date.parse(entry.at) - Date.parse(since);
        return (
          <li key={key} id={key} className={`${styles.item} ${picked === key ? styles.picked : ""}`}>
            <svg className={styles.glyph} width={22} height={20} viewBox="-11 -10 22 20" aria-hidden="true">
              <Glyph {...glyphOf(entry)} />
            </svg>
            <span className={styles.said}>{sayEntry(entry, t)}</span>
            <time className={styles.when} dateTime={entry.at}>
              {exactClock(new Date(entry.at), place)} · +{duration(after)}
            </time>
            <details className={styles.raw}>
              <summary>{t.record.raw}</summary>
              <pre className="mono">{JSON.stringify(storedOf(entry), null, 2)}</pre>
            </details>
          </li>
        );
      })}
    </ol>
  );
}
