import { Button, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { OutputOf } from "@verdict/client";
import { useState } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { errorText } from "../../parts/error-text.ts";
import { Icon } from "../../parts/Icon.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { FormDialog } from "./FormDialog.tsx";
import { List } from "./List.tsx";
import { Secret } from "./Secret.tsx";

type Endpoint = OutputOf<"GET /v1/endpoints">["items"][number];
type Tried = { tone: "good" | "bad"; said: string };

const NONE: Endpoint[] = [];

/** Where the company's own systems are told of events, and how that goes. */
export function Endpoints() {
  const t = useText();
  const writes = useMay()("endpoints.write");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<{ name: string; secret: string } | null>(null);
  const [looking, setLooking] = useState<Endpoint | null>(null);
  const [tried, setTried] = useState<Readonly<Record<string, Tried>>>({});
  const query = useQuery({
    queryKey: ["endpoints"],
    queryFn: ({ signal }) => call("GET /v1/endpoints", {}, { signal }),
    refetchInterval: 10_000,
  });

  const tryOut = async (id: string) => {
    const said = await call("POST /v1/endpoints/{id}/test", { path: { id } })
      .then(
        ({ outcome, status, error }): Tried => ({
          tone: outcome === "delivered" ? "good" : "bad",
          said: outcome === "delivered" ? `${status}` : (error ?? `${status ?? t.errors.failed}`),
        }),
      )
      .catch((error: unknown): Tried => ({ tone: "bad", said: errorText(error, t) }));
    setTried((held) => ({ ...held, [id]: said }));
  };

  const columns: Column<Endpoint>[] = [
    {
      id: "name",
      header: t.admin.name,
      narrow: "wide",
      cell: (endpoint) => (
        <>
          <b style={{ fontWeight: 500 }}>{endpoint.name}</b>
          <div className="faint small">{endpoint.url}</div>
        </>
      ),
    },
    {
      id: "state",
      header: t.fields.status,
      cell: ({ id, name, state, disabledWhy, failingSince }) => (
        <span style={{ display: "inline-flex", gap: 10, alignItems: "center" }}>
          <Switch
            checked={state === "active"}
            disabled={!writes}
            aria-label={t.admin.channelOn(name)}
            onChange={async (event) => {
              const wanted = event.currentTarget.checked ? "active" : "disabled";
              await call("PATCH /v1/endpoints/{id}", { path: { id }, body: { state: wanted } });
              await query.refetch();
            }}
          />
          {disabledWhy && disabledWhy !== "person" ? <Mark tone="bad">{t.admin.disabledWhy[disabledWhy]}</Mark> : null}
          {state === "active" && failingSince ? <Mark tone="wait">{t.admin.failing}</Mark> : null}
        </span>
      ),
    },
    {
      id: "pending",
      header: t.admin.pending,
      align: "end",
      narrow: "hidden",
      cell: ({ pending }) => <span className="numbers">{pending}</span>,
    },
    {
      id: "givenUp",
      header: t.admin.givenUp,
      align: "end",
      narrow: "hidden",
      cell: ({ givenUp }) => <span className="numbers">{givenUp}</span>,
    },
    {
      id: "act",
      header: "",
      align: "end",
      cell: (endpoint) => (
        <span style={{ display: "inline-flex", gap: 8, alignItems: "center", flexWrap: "wrap" }}>
          {tried[endpoint.id] ? <Mark tone={tried[endpoint.id]?.tone ?? "bad"}>{tried[endpoint.id]?.said}</Mark> : null}
          <Button variant="default" size="compact-sm" onClick={() => setLooking(endpoint)}>
            {t.admin.deliveries}
          </Button>
          {writes ? (
            <Button variant="default" size="compact-sm" onClick={() => tryOut(endpoint.id)}>
              {t.admin.test}
            </Button>
          ) : null}
        </span>
      ),
    },
  ];

  return (
    <>
      <List
        label={t.admin.tabs.endpoints}
        query={query}
        rows={query.data?.items ?? NONE}
        columns={columns}
        empty={{ icon: "box", title: t.admin.noEndpoints, hint: t.admin.noEndpointsHint }}
        bar={
          writes ? (
            <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setAdding(true)}>
              {t.admin.addEndpoint}
            </Button>
          ) : null
        }
      />
      {adding ? (
        <FormDialog
          title={t.admin.addEndpoint}
          action={t.admin.add}
          onClose={() => setAdding(false)}
          onSubmit={async (form) => {
            const body = { name: String(form.get("name")), url: String(form.get("url")) };
            const made = await call("POST /v1/endpoints", { body });
            setSecret({ name: made.name, secret: made.secret });
            await query.refetch();
          }}
        >
          <TextInput name="name" label={t.admin.name} required data-autofocus />
          <TextInput name="url" type="url" label="URL" placeholder="https://" required />
        </FormDialog>
      ) : null}
      {looking ? <Deliveries endpoint={looking} onClose={() => setLooking(null)} /> : null}
      {secret ? (
        <Secret title={t.admin.secretOf(secret.name)} value={secret.secret} onClose={() => setSecret(null)} />
      ) : null}
    </>
  );
}
