import { usePreferences } from "../preferences/preferences.tsx";
import { useNow } from "./clock.ts";
import { longTime, relativeTime, shortTime, splitInstants } from "./format-time.ts";

type Shown = "short" | "long" | "relative";

type TimeProps = { at: string | Date; as?: Shown; soft?: boolean };

/** A time in the reader's zone; the whole of it on hover. */
export function Time({ at, as = "short", soft = false }: TimeProps) {
  const place = usePreferences();
  const now = useNow();
  const moment = typeof at === "string" ? new Date(at) : at;
  const long = longTime(moment, place);
  const text =
    as === "long"
      ? long
      : as === "relative"
        ? relativeTime(moment, now, place.language)
        : shortTime(moment, now, place);
  return (
    <time
      dateTime={moment.toISOString()}
      className={soft ? "numbers soft" : "numbers"}
      style={{ whiteSpace: "nowrap" }}
      title={long}
    >
      {text}
    </time>
  );
}

/** The API's own sentence, with its times in the reader's zone. */
export function Sentence({ text }: { text: string }) {
  return splitInstants(text).map((part, index) =>
    part instanceof Date ? <Time key={index} at={part} /> : <span key={index}>{part}</span>,
  );
}
