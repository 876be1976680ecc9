import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { OutputOf } from "@verdict/client";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { List } from "../../parts/List.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { sentence } from "../../parts/sentence.ts";
import { useMay } from "../../session/me.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { Time } from "../../time/Time.tsx";
import { ruleText } from "../verification/say-entry.ts";

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
      header: t.work.tabs.alerts,
      narrow: "wide",
      cell: ({ rule, route, severity }) =>
        [rule ? sentence(ruleText(rule, t)) : t.admin.allRules, route, severity ? t.severity[severity] : null]
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
      id: "until",
      header: t.admin.until,
      align: "end",
      named: true,
      cell: ({ expiresAt }) => <Time at={expiresAt} soft />,
    },
    {
      id: "status",
      header: t.fields.status,
      narrow: "half",
      cell: ({ active }) => <Mark tone={active ? "wait" : "still"}>{active ? t.admin.silent : t.admin.over}</Mark>,
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
