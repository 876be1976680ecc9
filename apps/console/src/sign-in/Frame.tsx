import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Logo } from "../shell/Logo.tsx";
import { LanguageSwitch, ThemeSwitch } from "../shell/switches.tsx";
import styles from "./SignIn.module.css";

/** What surrounds everything before somebody is in. */
export function Frame({ children }: { children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <div className={styles.brand}>
          <Logo size={32} />
          Verdict
        </div>
        {children}
      </div>
      <Group gap="sm">
        <LanguageSwitch />
        <ThemeSwitch />
      </Group>
    </main>
  );
}
