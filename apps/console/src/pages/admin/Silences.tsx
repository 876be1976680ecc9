import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { OutputOf } from "@verdict/client";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { useMay } from "../../session/me.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { Time } from "../../time/Time.tsx";
import { ruleText } from "../verification/say-entry.ts";
import { List } from "./List.tsx";

type Silence = OutputOf<"GET /v1/silences">["items"][number];

const NONE: Silence[] = [];

/** What nobody is told of for a while, since when and why. */
export function Silences() {
  const t = useAdminText();
  const writes = useMay()("silences.write");
  const query = useQuery({ queryKey: ["silences"], queryFn: ({ signal }) => call("GET /v1/silences", {}, { signal }) });
  const columns: Column<Silence>[] = [
    {
      id: "what",
      header: t.work.what,
      narrow: "wide",
      cell: ({ rule, route, severity }) =>
        [rule ? ruleText(rule, t) : t.admin.allRules, route, severity ? t.severity[severity] : null]
          .filter(Boolean)
          .join(" · "),
    },
    {
      id: "reason",
      header: t.parts.reason,
      narrow: "wide",
      cell: ({ reason }) => <span className="soft">{reason}</span>,
    },
    {
      id: "status",
      header: t.fields.status,
      cell: ({ active }) => <Mark tone={active ? "wait" : "still"}>{active ? t.admin.silent : t.admin.over}</Mark>,
    },
    {
      id: "until",
      header: t.admin.until,
      align: "end",
      cell: ({ expiresAt }) => (
        <span className="soft">
          <Time at={expiresAt} />
        </span>
      ),
    },
    {
      id: "act",
      header: "",
      align: "end",
      cell: ({ id, active }) =>
        writes && active ? (
          <Button
            variant="default"
            size="compact-sm"
            onClick={async () => {
              await call("DELETE /v1/silences/{id}", { path: { id } });
              await query.refetch();
            }}
          >
            {t.admin.endSilence}
          </Button>
        ) : null,
    },
  ];
  return (
    <List
      label={t.admin.tabs.silences}
      query={query}
      rows={query.data?.items ?? NONE}
      columns={columns}
      empty={{ icon: "bell", title: t.admin.noSilences, hint: t.admin.noSilencesHint }}
    />
  );
}
