import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { useMe } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { BulkDialog } from "./BulkDialog.tsx";

/** An alert as far as handing it on needs it. */
export type Assignable = { id: string; name: string; route: string };

/** Hands alerts to a colleague, by name. */
export function AssignDialog({ alerts, onClose }: { alerts: readonly Assignable[]; onClose: () => void }) {
  const t = useText();
  const me = useMe();
  const [assignee, setAssignee] = useState<string | null>(null);
  // Alerts of several routes are for those who see the first; whoever may not work another one is refused by the API.
  const route = alerts[0]?.route;
  const colleagues = useQuery({
    queryKey: ["colleagues", route],
    queryFn: ({ signal }) => call("GET /v1/colleagues", { query: { ...(route && { route }) } }, { signal }),
    staleTime: 60_000,
  });
  const names = (colleagues.data?.items ?? []).map(({ id, name, role }) => ({
    value: id,
    label: `${id === me.id ? t.cases.me(name) : name} · ${t.roles[role]}`,
  }));
  return (
    <BulkDialog
      title={t.cases.assign}
      action={t.cases.assign}
      rows={alerts}
      nameOf={({ name }) => name}
      closes={false}
      optional
      before={{
        ready: assignee !== null,
        field: (
          <Select
            label={t.cases.assignee}
            description={t.cases.assignHint}
            nothingFoundMessage={t.cases.nobodyElse}
            data={names}
            value={assignee}
            onChange={setAssignee}
            searchable
            required
          />
        ),
      }}
      onClose={onClose}
      onEach={({ id }, reason) =>
        call("POST /v1/alerts/{id}/assign", {
          path: { id },
          body: { assignee: assignee ?? "", ...(reason && { reason }) },
        })
      }
    />
  );
}
