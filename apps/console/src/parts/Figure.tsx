import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./Figure.module.css";

type FigureProps = {
  name: string;
  value: ReactNode;
  unit?: string | undefined;
  note?: ReactNode;
  /** When the figure itself is bad news. */
  tone?: "bad" | "wait" | undefined;
  link?: Pick<LinkProps, "to" | "search">;
};

/** One number, what it is, and what stands behind it. */
export function Figure({ name, value, unit, note, tone, link }: FigureProps) {
  const shown = (
    <>
      <span className={styles.name}>{name}</span>
      <span className={`${styles.value} ${tone ? styles[tone] : ""}`}>
        {value}
        {unit ? <span className={styles.unit}>{unit}</span> : null}
      </span>
      <span className={styles.note}>{note ?? "\u00a0"}</span>
    </>
  );
  return link ? (
    <Link {...link} className={styles.figure}>
      {shown}
    </Link>
  ) : (
    <div className={styles.figure}>{shown}</div>
  );
}

export const Figures = ({ children }: { children: ReactNode }) => <div className={styles.figures}>{children}</div>;
