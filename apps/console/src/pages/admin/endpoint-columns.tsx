import { Button, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import type { Column } from "../../parts/DataTable.tsx";
import { Mark } from "../../parts/Mark.tsx";
import type { AdminText } from "../../text/use-admin-text.ts";
import type { Endpoint } from "./endpoint-types.ts";

type Switching = { writes: boolean; switchTo: (id: string, state: "active" | "disabled") => Promise<unknown> };

/** What the list of endpoints shows of each. */
export const endpointColumns = (
  t: AdminText,
  { writes, switchTo }: Switching,
  acts: (endpoint: Endpoint) => ReactNode,
): Column<Endpoint>[] => [
  {
    id: "name",
    header: t.admin.name,
    narrow: "wide",
    cell: ({ name, url, types, routes }) => (
      <>
        <b style={{ fontWeight: 500 }}>{name}</b>
        <div className="faint small" style={{ overflowWrap: "anywhere" }}>
          {url}
        </div>
        <div className="faint small">
          {types ? t.endpoints.typeCount(types.length) : t.endpoints.allTypes}
          {routes ? ` · ${routes.join(", ")}` : ""}
        </div>
      </>
    ),
  },
  {
    id: "state",
    header: t.fields.status,
    narrow: "wide",
    cell: ({ id, name, state, disabledWhy, failingSince }) => (
      <span style={{ display: "inline-flex", gap: 10, alignItems: "center", flexWrap: "wrap" }}>
        <Switch
          checked={state === "active"}
          disabled={!writes}
          aria-label={t.admin.channelOn(name)}
          onChange={(event) => switchTo(id, event.currentTarget.checked ? "active" : "disabled")}
        />
        {disabledWhy && disabledWhy !== "person" ? (
          <>
            <Mark tone="bad">{t.admin.disabledWhy[disabledWhy]}</Mark>
            {writes ? (
              <Button variant="default" size="compact-sm" onClick={() => switchTo(id, "active")}>
                {t.endpoints.enable}
              </Button>
            ) : null}
          </>
        ) : null}
        {state === "active" && failingSince ? <Mark tone="wait">{t.admin.failing}</Mark> : null}
      </span>
    ),
  },
  {
    id: "pending",
    header: t.admin.pending,
    align: "end",
    named: true,
    cell: ({ pending }) => <span className="numbers">{pending}</span>,
  },
  {
    id: "givenUp",
    header: t.admin.givenUp,
    align: "end",
    named: true,
    cell: ({ givenUp }) => <span className="numbers">{givenUp}</span>,
  },
  { id: "act", header: "", align: "end", cell: acts },
];
