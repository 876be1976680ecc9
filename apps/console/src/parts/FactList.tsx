import { Fragment, type ReactNode } from "react";
import styles from "./FactList.module.css";

/** What is known of a thing, by name. What there is none of is left out. */
export function FactList({ rows }: { rows: readonly [string, ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value]) =>
        value === null ? null : (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ),
      )}
    </dl>
  );
}
