import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { OutputOf } from "@verdict/client";
import { useState } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { errorText } from "../../parts/error-text.ts";
import { Mark } from "../../parts/Mark.tsx";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { List } from "./List.tsx";

type Channel = OutputOf<"GET /v1/channels">["items"][number];
type Tried = { tone: "good" | "bad"; said: string };

const NONE: Channel[] = [];

/** Where alerts go, and a way to try each. */
export function Channels() {
  const t = useText();
  const writes = useMay()("channels.write");
  const [tried, setTried] = useState<Readonly<Record<string, Tried>>>({});
  const [trying, setTrying] = useState<string | null>(null);
  const query = useQuery({ queryKey: ["channels"], queryFn: ({ signal }) => call("GET /v1/channels", {}, { signal }) });

  const tryOut = async (id: string) => {
    setTrying(id);
    const said = await call("POST /v1/channels/{id}/test", { path: { id } })
      .then(
        (answer): Tried =>
          answer.outcome === "sent"
            ? { tone: "good", said: t.admin.testSent }
            : { tone: "bad", said: answer.detail ?? answer.reason ?? t.errors.failed },
      )
      .catch((error: unknown): Tried => ({ tone: "bad", said: errorText(error, t) }));
    setTried((held) => ({ ...held, [id]: said }));
    setTrying(null);
  };

  const columns: Column<Channel>[] = [
    {
      id: "name",
      header: t.admin.name,
      narrow: "wide",
      cell: ({ name, kind }) => (
        <>
          <b style={{ fontWeight: 500 }}>{name}</b>
          <div className="faint small">{kind}</div>
        </>
      ),
    },
    {
      id: "severities",
      header: t.work.severity,
      cell: ({ severities }) => <span className="soft">{severities.map((one) => t.severity[one]).join(", ")}</span>,
    },
    {
      id: "step",
      header: t.admin.step,
      narrow: "hidden",
      cell: ({ step }) => <span className="soft">{step === 0 ? t.admin.atOnce : t.admin.escalation(step)}</span>,
    },
    {
      id: "enabled",
      header: t.fields.status,
      cell: ({ id, enabled, name }) => (
        <Switch
          checked={enabled}
          disabled={!writes}
          aria-label={t.admin.channelOn(name)}
          onChange={async (event) => {
            await call("PATCH /v1/channels/{id}", { path: { id }, body: { enabled: event.currentTarget.checked } });
            await query.refetch();
          }}
        />
      ),
    },
    {
      id: "test",
      header: "",
      align: "end",
      cell: ({ id }) => (
        <>
          {tried[id] ? <Mark tone={tried[id].tone}>{tried[id].said}</Mark> : null}{" "}
          {writes ? (
            <Button variant="default" size="compact-sm" loading={trying === id} onClick={() => tryOut(id)}>
              {t.admin.test}
            </Button>
          ) : null}
        </>
      ),
    },
  ];
  return (
    <List
      label={t.admin.tabs.channels}
      query={query}
      rows={query.data?.items ?? NONE}
      columns={columns}
      empty={{ icon: "bell", title: t.admin.noChannels, hint: t.admin.noChannelsHint }}
    />
  );
}
