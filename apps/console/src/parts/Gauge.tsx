import styles from "./Gauge.module.css";

/** How much of something limited is used, beside the words that say so. */
export function Gauge({ used, all, label, children }: { used: number; all: number; label: string; children: string }) {
  const share = all > 0 ? Math.min(1, used / all) : 0;
  return (
    <span className={styles.gauge}>
      <span className={styles.bar} role="img" aria-label={label}>
        <span className={share >= 0.9 ? styles.full : styles.part} style={{ width: `${share * 100}%` }} />
      </span>
      <span className="soft numbers">{children}</span>
    </span>
  );
}
