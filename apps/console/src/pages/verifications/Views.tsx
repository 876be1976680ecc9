import { Button, Popover, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Icon } from "../../parts/Icon.tsx";
import { useText } from "../../text/text.tsx";
import { type Filters, isFiltered, sameView } from "./filters.ts";
import styles from "./Verifications.module.css";
import { BUILT_IN, type BuiltIn, useSavedViews } from "./views.ts";

/** Lists that are looked at often, and a way to keep the one on the screen. */
export function Views({ filters }: { filters: Filters }) {
  const t = useText();
  const { views, save, remove } = useSavedViews();
  const [naming, setNaming] = useState(false);
  const builtIn = (Object.keys(BUILT_IN) as BuiltIn[]).map((name) => ({
    name: t.views[name],
    filters: BUILT_IN[name] as Filters,
    own: false,
  }));
  const all = [...builtIn, ...views.map((view) => ({ ...view, own: true }))];
  const isNew = isFiltered(filters) && !all.some((view) => sameView(view.filters, filters));

  return (
    <nav className={styles.views} aria-label={t.views.label}>
      {all.map(({ name, filters: wanted, own }) => {
        const current = sameView(wanted, filters);
        return (
          <span key={`${own} ${name}`} className={styles.view} {...(current && { "aria-current": "true" as const })}>
            <Link to="/verifications" search={wanted} style={{ color: "inherit", textDecoration: "none" }}>
              {name}
            </Link>
            {own ? (
              <button
                type="button"
                className={styles.drop}
                aria-label={t.views.remove(name)}
                onClick={() => remove(name)}
              >
                <Icon name="cross" size={12} />
              </button>
            ) : null}
          </span>
        );
      })}
      {isNew ? (
        <Popover opened={naming} onChange={setNaming} position="bottom-start" shadow="md" radius="md" trapFocus>
          <Popover.Target>
            <button type="button" className={styles.view} onClick={() => setNaming((open) => !open)}>
              <Icon name="star" size={14} />
              {t.views.save}
            </button>
          </Popover.Target>
          <Popover.Dropdown>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                const name = String(new FormData(event.currentTarget).get("name")).trim();
                if (name) save({ name, filters });
                setNaming(false);
              }}
            >
              <TextInput name="name" label={t.views.name} maxLength={40} required data-autofocus mb="sm" />
              <Button type="submit" fullWidth>
                {t.views.save}
              </Button>
            </form>
          </Popover.Dropdown>
        </Popover>
      ) : null}
    </nav>
  );
}
