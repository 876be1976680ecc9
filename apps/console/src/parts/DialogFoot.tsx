import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./DialogFoot.module.css";

/** What can be done in a dialog; in sight however long the dialog is. */
export const DialogFoot = ({ children }: { children: ReactNode }) => (
  <Group justify="flex-end" className={styles.foot}>
    {children}
  </Group>
);
