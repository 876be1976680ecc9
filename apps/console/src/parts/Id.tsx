import { useClipboard } from "@mantine/hooks";
import { useText } from "../text/text.tsx";
import { Icon } from "./Icon.tsx";
import styles from "./Id.module.css";

/** An id that can be copied. Long ones are cut in the middle where there is no room; the whole one is copied. */
export function Id({ value, label, short = false }: { value: string; label: string; short?: boolean }) {
  const t = useText();
  const { copy, copied } = useClipboard({ timeout: 1_500 });
  return (
    <span className={styles.id}>
      <span className={`mono ${styles.text}`} title={value}>
        {short ? shorten(value) : value}
      </span>
      <button type="button" className={styles.copy} onClick={() => copy(value)} aria-label={t.parts.copy(label)}>
        <Icon name={copied ? "check" : "copy"} size={14} />
      </button>
    </span>
  );
}

export const shorten = (id: string): string => (id.length > 18 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id);
