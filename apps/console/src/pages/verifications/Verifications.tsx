import { Button, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { pathOf } from "@verdict/client";
import { lazy, Suspense, type SyntheticEvent, useMemo, useState } from "react";
import { Card } from "../../parts/Card.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { Listed } from "../../parts/Listed.tsx";
import { More } from "../../parts/More.tsx";
import { Empty } from "../../parts/State.tsx";
import { useMay } from "../../session/me.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { useText } from "../../text/text.tsx";
import { ActiveFilters } from "./ActiveFilters.tsx";
import { COLUMNS, type ColumnId, columnsOf, readColumns, USUAL } from "./columns.tsx";
import { type FilterChanges, type Filters, isFiltered, toQuery } from "./filters.ts";
import { useRows } from "./use-rows.ts";
import styles from "./Verifications.module.css";

const FilterMenu = lazy(async () => ({ default: (await import("./FilterMenu.tsx")).FilterMenu }));
const ColumnsMenu = lazy(async () => ({ default: (await import("./ColumnsMenu.tsx")).ColumnsMenu }));
const ExportMenu = lazy(async () => ({ default: (await import("./ExportMenu.tsx")).ExportMenu }));
const Views = lazy(async () => ({ default: (await import("./Views.tsx")).Views }));

const route = getRouteApi("/verifications");

/** All verifications, narrowed by what stands in the address. */
export default function Verifications() {
  const t = useText();
  const may = useMay();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const [person, setPerson] = useState<{ of: string; id: string } | null>(null);
  // A user's id is never put in the address: it may name somebody.
  const merchantUserId = person && person.of === filters.q ? person.id : null;
  const rows = useRows(filters, merchantUserId);
  const items = useMemo(() => rows.data?.pages.flatMap((page) => page.items) ?? [], [rows.data]);
  const shown = readColumns(filters.cols);
  const hidden = useMemo(() => Object.fromEntries(COLUMNS.map((id) => [id, !shown.includes(id)])), [shown]);
  const columns = columnsOf(t);
  const { q: _, cols: __, ...narrowing } = filters;

  const change = (changes: FilterChanges) =>
    navigate({ search: (held) => ({ ...held, ...changes }) as Filters, replace: true });
  const find = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget).get("q")).trim();
    void change({ q: q || undefined });
  };
  const toggle = (id: ColumnId) => {
    const next = COLUMNS.filter((column) => (column === id ? !shown.includes(id) : shown.includes(column)));
    const usual = next.length === USUAL.length && next.every((column) => USUAL.includes(column));
    void change({ cols: usual || next.length === 0 ? undefined : next.join(",") });
  };
  const exportTo = (format: "csv" | "ndjson") =>
    pathOf("/v1/exports/verifications", { query: { ...toQuery(filters, new Date()), format } });

  return (
    <>
      <PageHead title={t.nav.verifications} hint={t.list.hint}>
        {may("exports.make") && !filters.q ? (
          <Suspense>
            <ExportMenu hrefOf={exportTo} />
          </Suspense>
        ) : null}
      </PageHead>
      <Suspense fallback={<div style={{ height: 48 }} />}>
        <Views filters={filters} />
      </Suspense>
      <Card flush>
        <div className={styles.bar} style={{ marginTop: -8 }}>
          <search>
            <form onSubmit={find}>
              <TextInput
                key={filters.q ?? ""}
                name="q"
                type="search"
                defaultValue={filters.q ?? ""}
                aria-label={t.list.find}
                placeholder={t.list.find}
                leftSection={<Icon name="search" size={16} />}
                autoComplete="off"
                spellCheck={false}
              />
            </form>
          </search>
          <Suspense>
            <FilterMenu filters={filters} count={Object.keys(narrowing).length} onChange={change} />
            <ColumnsMenu columns={columns} shown={shown} onToggle={toggle} />
          </Suspense>
        </div>
        <ActiveFilters filters={filters} onChange={change} />
        <Listed
          query={rows}
          count={items.length}
          rows={10}
          empty={
            <Empty icon="search" title={filters.q ? t.list.nothingUnder(filters.q) : t.list.nothing}>
              {filters.q && merchantUserId === null ? (
                <Button
                  mt="xs"
                  variant="default"
                  onClick={() => setPerson({ of: filters.q ?? "", id: filters.q ?? "" })}
                >
                  {t.list.asUser}
                </Button>
              ) : isFiltered(filters) ? (
                t.list.widen
              ) : (
                t.list.noneYet
              )}
            </Empty>
          }
        >
          <DataTable label={t.nav.verifications} columns={columns} rows={items} rowId={rowId} hidden={hidden} />
          <More query={rows}>
            <span className="numbers">{t.list.shown(items.length, rows.hasNextPage)}</span>
          </More>
        </Listed>
      </Card>
    </>
  );
}

const rowId = ({ id }: { id: string }) => id;
