import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { errorText } from "../../parts/error-text.ts";
import { List } from "../../parts/List.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { useMay } from "../../session/me.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { ActsMenu } from "./ActsMenu.tsx";
import { AddButton } from "./AddButton.tsx";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { EndpointForm } from "./EndpointForm.tsx";
import { endpointColumns } from "./endpoint-columns.tsx";
import type { Endpoint } from "./endpoint-types.ts";
import { Secret } from "./Secret.tsx";

type Tried = { tone: "good" | "bad" | "wait"; said: string };
type Act = { kind: "add" } | { kind: "edit" | "rotate" | "remove" | "look"; endpoint: Endpoint };

const NONE: Endpoint[] = [];

/** Where the company's own systems are told of events, and how that goes. */
export function Endpoints() {
  const t = useAdminText();
  const writes = useMay()("endpoints.write");
  const [act, setAct] = useState<Act | null>(null);
  const [secret, setSecret] = useState<{ name: string; secret: string } | null>(null);
  const [tried, setTried] = useState<Readonly<Record<string, Tried>>>({});
  const query = useQuery({
    queryKey: ["endpoints"],
    queryFn: ({ signal }) => call("GET /v1/endpoints", {}, { signal }),
    refetchInterval: 10_000,
  });
  const close = () => setAct(null);

  const tryOut = async (id: string) => {
    const said = await call("POST /v1/endpoints/{id}/test", { path: { id } })
      .then(
        ({ outcome, status, error, durationMs }): Tried => ({
          tone: outcome === "delivered" ? "good" : "bad",
          said: error ?? t.endpoints.tested(status, durationMs),
        }),
      )
      .catch((error: unknown): Tried => ({ tone: "bad", said: errorText(error, t) }));
    setTried((held) => ({ ...held, [id]: said }));
  };
  const switchTo = async (id: string, state: "active" | "disabled") => {
    await call("PATCH /v1/endpoints/{id}", { path: { id }, body: { state } });
    await query.refetch();
  };

  const columns = endpointColumns(t, { writes, switchTo }, (endpoint) => (
    <span style={{ display: "inline-flex", gap: 8, alignItems: "center", flexWrap: "wrap" }}>
      {tried[endpoint.id] ? <Mark tone={tried[endpoint.id]?.tone ?? "bad"}>{tried[endpoint.id]?.said}</Mark> : null}
      <Button variant="default" size="compact-sm" onClick={() => setAct({ kind: "look", endpoint })}>
        {t.admin.deliveries}
      </Button>
      {writes ? (
        <ActsMenu name={endpoint.name}>
          <Menu.Item onClick={() => tryOut(endpoint.id)}>{t.endpoints.test}</Menu.Item>
          <Menu.Item onClick={() => setAct({ kind: "edit", endpoint })}>{t.endpoints.edit}</Menu.Item>
          <Menu.Item onClick={() => setAct({ kind: "rotate", endpoint })}>{t.endpoints.rotate}</Menu.Item>
          <Menu.Item onClick={() => setAct({ kind: "remove", endpoint })}>{t.endpoints.remove}</Menu.Item>
        </ActsMenu>
      ) : null}
    </span>
  ));

  return (
    <>
      <List
        label={t.admin.tabs.endpoints}
        query={query}
        rows={query.data?.items ?? NONE}
        columns={columns}
        empty={{ icon: "box", title: t.admin.noEndpoints, hint: t.admin.noEndpointsHint }}
        bar={writes ? <AddButton onClick={() => setAct({ kind: "add" })}>{t.admin.addEndpoint}</AddButton> : null}
      />
      {act?.kind === "look" ? (
        <Deliveries endpoint={act.endpoint} onClose={close} />
      ) : act?.kind === "rotate" ? (
        <ConfirmDialog
          title={t.endpoints.rotate}
          hint={t.endpoints.rotateHint(act.endpoint.name)}
          onClose={close}
          onConfirm={async () => {
            const { id } = act.endpoint;
            setSecret(await call("POST /v1/endpoints/{id}/rotate-secret", { path: { id }, body: {} }));
            await query.refetch();
          }}
        />
      ) : act?.kind === "remove" ? (
        <ConfirmDialog
          title={t.endpoints.remove}
          hint={t.endpoints.removeHint(act.endpoint.name)}
          onClose={close}
          onConfirm={async () => {
            await call("DELETE /v1/endpoints/{id}", { path: { id: act.endpoint.id } });
            await query.refetch();
          }}
        />
      ) : act ? (
        <EndpointForm
          endpoint={act.kind === "edit" ? act.endpoint : null}
          onClose={close}
          onDone={async ({ id, name, secret: made, warning }) => {
            if (warning) setTried((held) => ({ ...held, [id]: { tone: "wait", said: t.endpoints.unresolved } }));
            if (made) setSecret({ name, secret: made });
            await query.refetch();
          }}
        />
      ) : null}
      {secret ? (
        <Secret title={t.admin.secretOf(secret.name)} value={secret.secret} onClose={() => setSecret(null)} />
      ) : null}
    </>
  );
}
