import { type ReactNode, useId } from "react";
import styles from "./Card.module.css";

type CardProps = { title?: ReactNode; side?: ReactNode; children: ReactNode; flush?: boolean };

/** A part of a page with its heading; `flush` when its content reaches the edges, as tables do. */
export function Card({ title, side, children, flush = false }: CardProps) {
  const id = useId();
  return (
    <section className={styles.card} {...(title ? { "aria-labelledby": id } : {})}>
      {title ? (
        <div className={styles.head}>
          <h2 id={id}>{title}</h2>
          {side}
        </div>
      ) : null}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
