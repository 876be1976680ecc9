import { VisuallyHidden } from "@mantine/core";
import type { ComponentPropsWithRef } from "react";
import { usePreferences } from "../preferences/preferences.tsx";
import { useMe } from "../session/me.ts";
import { useText } from "../text/text.tsx";
import { shortZone } from "../time/format-time.ts";
import styles from "./Shell.module.css";

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase() ?? "")
    .join("");

/** What the one who is signed in is to the company, in words. */
export function useRoleName(): string {
  const t = useText();
  const { role, kind } = useMe();
  const words: Readonly<Record<string, string>> = t.roles;
  return words[role ?? ""] ?? role ?? kind;
}

/** Who is signed in, and the zone all times are told in; opens what he can do about both. */
export function AccountButton(props: ComponentPropsWithRef<"button">) {
  const t = useText();
  const { name } = useMe();
  const role = useRoleName();
  const place = usePreferences();
  return (
    <button type="button" aria-haspopup="menu" {...props} className={styles.me}>
      <span className={styles.face} data-initials={initials(name)} />
      <span className={styles.name}>
        <VisuallyHidden>{t.shell.account} </VisuallyHidden>
        <b>{name}</b>
        <span className="faint small">
          {role} · {shortZone(new Date(), place)}
        </span>
      </span>
    </button>
  );
}
