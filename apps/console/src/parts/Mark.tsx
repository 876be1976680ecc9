import type { ReactNode } from "react";
import { useText } from "../text/text.tsx";
import styles from "./Mark.module.css";
import { isOpen, type Status, type Tone, toneOf } from "./tones.ts";

type MarkProps = { tone: Tone; children: ReactNode; large?: boolean; dot?: "full" | "hollow" | "square" | "live" };

/** A word with its colour and a shape, so that neither is needed to understand the other. */
export function Mark({ tone, children, large = false, dot = "full" }: MarkProps) {
  const shape = { full: "", hollow: styles.hollow, square: styles.square, live: styles.live }[dot];
  return (
    <span className={`${styles.mark} ${styles[tone]} ${large ? styles.large : ""}`}>
      <span className={`${styles.dot} ${shape}`} />
      {children}
    </span>
  );
}

/** The status of a verification: round and full when it is decided, breathing while it is open, hollow when nothing was. */
export function StatusMark({ status, large = false }: { status: Status; large?: boolean }) {
  const t = useText();
  const dot = isOpen(status) ? "live" : status === "passed" ? "full" : status === "failed" ? "square" : "hollow";
  return (
    <Mark tone={toneOf(status)} dot={dot} large={large}>
      {t.status[status]}
    </Mark>
  );
}
