import { Modal } from "@mantine/core";
import type { OutputOf } from "@verdict/client";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { List } from "./List.tsx";
import { usePages } from "./use-pages.ts";

type Delivery = OutputOf<"GET /v1/endpoints/{id}/deliveries">["items"][number];

const TONES = { pending: "wait", delivered: "good", given_up: "bad" } as const;

/** What was told to an endpoint, and how it answered. */
export function Deliveries({ endpoint, onClose }: { endpoint: { id: string; name: string }; onClose: () => void }) {
  const t = useText();
  const { id, name } = endpoint;
  const { query, rows } = usePages(["endpoints", id, "deliveries"], (page, signal) =>
    call("GET /v1/endpoints/{id}/deliveries", { path: { id }, query: page }, { signal }),
  );
  const columns: Column<Delivery>[] = [
    { id: "type", header: t.work.what, narrow: "wide", cell: ({ type }) => <span className="mono">{type}</span> },
    {
      id: "state",
      header: t.fields.status,
      cell: ({ state }) => <Mark tone={TONES[state]}>{t.admin.deliveryStates[state]}</Mark>,
    },
    {
      id: "answer",
      header: t.admin.answer,
      cell: ({ lastStatus, lastError }) => <span className="soft">{lastError ?? lastStatus ?? "–"}</span>,
    },
    {
      id: "at",
      header: t.admin.when,
      align: "end",
      cell: ({ endedAt, createdAt }) => (
        <span className="soft">
          <Time at={endedAt ?? createdAt} />
        </span>
      ),
    },
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={<b>{t.admin.deliveriesTo(name)}</b>}
      closeButtonProps={{ "aria-label": t.parts.close }}
    >
      <List
        label={t.admin.deliveries}
        query={query}
        rows={rows}
        columns={columns}
        empty={{ icon: "box", title: t.admin.noDeliveries }}
      />
    </Modal>
  );
}
