import { Button, Menu, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { errorText } from "../../parts/error-text.ts";
import { List } from "../../parts/List.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { useMay } from "../../session/me.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { ActsMenu } from "./ActsMenu.tsx";
import { AddButton } from "./AddButton.tsx";
import { type Channel, ChannelForm } from "./ChannelForm.tsx";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import type { ChannelKind } from "./channel-fields.ts";

type Tried = { tone: "good" | "bad"; said: string };

const NONE: Channel[] = [];

/** Where alerts go, and a way to try each. */
export function Channels() {
  const t = useAdminText();
  const writes = useMay()("channels.write");
  const [tried, setTried] = useState<Readonly<Record<string, Tried>>>({});
  const [act, setAct] = useState<{ kind: "add" } | { kind: "edit" | "remove"; channel: Channel } | null>(null);
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
      narrow: "top",
      cell: ({ name, kind }) => (
        <>
          <b style={{ fontWeight: 500 }}>{name}</b>
          <div className="faint small">{t.channels.kinds[kind as ChannelKind] ?? kind}</div>
        </>
      ),
    },
    {
      id: "severities",
      header: t.work.severity,
      narrow: "half",
      cell: ({ severities }) => (
        <span className="soft">{severities.map((one) => t.severity[one]).join(t.parts.and)}</span>
      ),
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
      narrow: "side",
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
      narrow: "top",
      cell: (channel) => (
        <span style={{ display: "inline-flex", gap: 8, alignItems: "center" }}>
          {tried[channel.id] ? <Mark tone={tried[channel.id]?.tone ?? "bad"}>{tried[channel.id]?.said}</Mark> : null}
          {writes ? (
            <>
              <Button
                variant="default"
                size="compact-sm"
                loading={trying === channel.id}
                onClick={() => tryOut(channel.id)}
              >
                {t.admin.test}
              </Button>
              <ActsMenu name={channel.name}>
                <Menu.Item onClick={() => setAct({ kind: "edit", channel })}>{t.channels.edit}</Menu.Item>
                <Menu.Item onClick={() => setAct({ kind: "remove", channel })}>{t.channels.remove}</Menu.Item>
              </ActsMenu>
            </>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <List
        label={t.admin.tabs.channels}
        query={query}
        rows={query.data?.items ?? NONE}
        columns={columns}
        empty={{ icon: "bell", title: t.admin.noChannels, hint: t.admin.noChannelsHint }}
        bar={writes ? <AddButton onClick={() => setAct({ kind: "add" })}>{t.channels.add}</AddButton> : null}
      />
      {act?.kind === "add" || act?.kind === "edit" ? (
        <ChannelForm
          channel={act.kind === "edit" ? act.channel : null}
          onClose={() => setAct(null)}
          onDone={() => query.refetch()}
        />
      ) : act ? (
        <ConfirmDialog
          title={t.channels.remove}
          hint={t.channels.removeHint(act.channel.name)}
          onClose={() => setAct(null)}
          onConfirm={async () => {
            await call("DELETE /v1/channels/{id}", { path: { id: act.channel.id } });
            await query.refetch();
          }}
        />
      ) : null}
    </>
  );
}
