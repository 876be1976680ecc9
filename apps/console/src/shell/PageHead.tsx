import { Group } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import styles from "./Shell.module.css";

type PageHeadProps = { title: string; hint?: ReactNode; children?: ReactNode };

/** The heading of a page, what it is for in a sentence, and what can be done on it. */
export function PageHead({ title, hint, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Verdict`;
  }, [title]);
  return (
    <header className={styles.pageHead}>
      <div>
        <h1>{title}</h1>
        {hint ? <p>{hint}</p> : null}
      </div>
      {children ? <Group gap="xs">{children}</Group> : null}
    </header>
  );
}
