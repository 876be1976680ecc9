import { Button, CloseButton } from "@mantine/core";
import { usePreferences } from "../../preferences/preferences.tsx";
import type { Text } from "../../text/en/index.ts";
import { useText } from "../../text/text.tsx";
import { type Place, shortTime } from "../../time/format-time.ts";
import { type FilterChanges, type Filters, readStatuses } from "./filters.ts";
import styles from "./Verifications.module.css";

type Chip = { name: keyof Filters; label: string };

/** What the list is narrowed by, each to be taken away. */
export function ActiveFilters({ filters, onChange }: { filters: Filters; onChange: (changes: FilterChanges) => void }) {
  const t = useText();
  const place = usePreferences();
  const chips = chipsOf(filters, t, place);
  if (chips.length === 0) return null;
  const none = Object.fromEntries(chips.map(({ name }) => [name, undefined]));
  return (
    <div className={styles.chips}>
      {chips.map(({ name, label }) => (
        <span key={name} className={styles.chip}>
          {label}
          <CloseButton
            size="xs"
            radius="xl"
            c="inherit"
            aria-label={t.list.drop(label)}
            onClick={() => onChange({ [name]: undefined })}
          />
        </span>
      ))}
      <Button variant="subtle" size="compact-xs" onClick={() => onChange(none)}>
        {t.list.clear}
      </Button>
    </div>
  );
}

function chipsOf(filters: Filters, t: Text, place: Place): Chip[] {
  const { q, status, product, route, subCode, sceneCode, passed, span, from, to, doubt } = filters;
  const time = (at: string) => shortTime(new Date(at), new Date(0), place);
  const chips: (Chip | false)[] = [
    q !== undefined && { name: "q", label: `“${q}”` },
    status !== undefined && {
      name: "status",
      label: readStatuses(status)
        .map((one) => t.status[one])
        .join(", "),
    },
    product !== undefined && { name: "product", label: t.products[product] },
    passed !== undefined && {
      name: "passed",
      label: `${t.list.result}: ${passed === "true" ? t.status.passed : t.status.failed}`,
    },
    subCode !== undefined && { name: "subCode", label: `${t.fields.subCode} ${subCode}` },
    route !== undefined && { name: "route", label: `${t.fields.route} ${route}` },
    sceneCode !== undefined && { name: "sceneCode", label: `${t.fields.sceneCode} ${sceneCode}` },
    span !== undefined && { name: "span", label: t.list.lately(t.spans[span]) },
    from !== undefined && { name: "from", label: `≥ ${time(from)}` },
    to !== undefined && { name: "to", label: `< ${time(to)}` },
    doubt !== undefined && { name: "doubt", label: doubt === "true" ? t.list.onlyDoubt : t.list.noDoubt },
  ];
  return chips.filter((chip) => chip !== false);
}
