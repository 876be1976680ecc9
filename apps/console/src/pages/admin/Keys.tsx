import { Menu, MultiSelect, TextInput } from "@mantine/core";
import type { InputOf, OutputOf } from "@verdict/client";
import { useState } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { List } from "../../parts/List.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { ReasonDialog } from "../../parts/ReasonDialog.tsx";
import type { Tone } from "../../parts/tones.ts";
import { usePages } from "../../parts/use-pages.ts";
import { useMay, useMe } from "../../session/me.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { Time } from "../../time/Time.tsx";
import { ActsMenu } from "./ActsMenu.tsx";
import { AddButton } from "./AddButton.tsx";
import { FormDialog } from "./FormDialog.tsx";
import { Secret } from "./Secret.tsx";

type Key = OutputOf<"GET /v1/keys">["items"][number];
type Scopes = InputOf<"POST /v1/keys">["body"]["scopes"];

const TONES: Record<Key["status"], Tone> = { active: "good", expired: "still", revoked: "bad" };
const USUAL: Scopes = ["verifications.start", "verifications.read"];

/** The keys of machines. A key itself is shown once, when it is made. */
export function Keys() {
  const t = useAdminText();
  const { permissions } = useMe();
  const writes = useMay()("keys.write");
  const [making, setMaking] = useState(false);
  const [scopes, setScopes] = useState<string[]>(USUAL);
  const [act, setAct] = useState<{ kind: "rotate" | "revoke"; key: Key } | null>(null);
  const [secret, setSecret] = useState<{ name: string; key: string } | null>(null);
  const { query, rows } = usePages(["keys"], (page, signal) => call("GET /v1/keys", { query: page }, { signal }));

  const columns: Column<Key>[] = [
    {
      id: "name",
      header: t.admin.name,
      narrow: "top",
      cell: ({ name, prefix }) => (
        <>
          <b style={{ fontWeight: 500 }}>{name}</b>
          <div className="faint small mono">{prefix}…</div>
        </>
      ),
    },
    {
      id: "scopes",
      header: t.admin.scopes,
      narrow: "wide",
      cell: ({ scopes: held }) => (
        <span className="soft small" title={held.join("\n")}>
          {held.length > 3 ? t.admin.scopeCount(held.length) : held.join(", ")}
        </span>
      ),
    },
    {
      id: "status",
      header: t.fields.status,
      narrow: "half",
      cell: ({ status }) => <Mark tone={TONES[status]}>{t.admin.keyStatus[status]}</Mark>,
    },
    {
      id: "used",
      header: t.admin.lastUsed,
      align: "end",
      named: true,
      cell: ({ lastUsedAt }) => (
        <span className="soft">{lastUsedAt ? <Time at={lastUsedAt} as="relative" /> : t.admin.never}</span>
      ),
    },
    {
      id: "made",
      header: t.admin.since,
      align: "end",
      narrow: "hidden",
      cell: ({ createdAt }) => <Time at={createdAt} soft />,
    },
    {
      id: "act",
      header: "",
      align: "end",
      narrow: "top",
      cell: (key) =>
        writes && key.status !== "revoked" ? (
          <ActsMenu name={key.name}>
            <Menu.Item onClick={() => setAct({ kind: "rotate", key })}>{t.admin.acts.rotate}</Menu.Item>
            <Menu.Item onClick={() => setAct({ kind: "revoke", key })}>{t.admin.acts.revoke}</Menu.Item>
          </ActsMenu>
        ) : null,
    },
  ];

  return (
    <>
      <List
        label={t.admin.tabs.keys}
        query={query}
        rows={rows}
        columns={columns}
        empty={{ icon: "key", title: t.admin.noKeys, hint: t.admin.noKeysHint }}
        bar={writes ? <AddButton onClick={() => setMaking(true)}>{t.admin.addKey}</AddButton> : null}
      />
      {making ? (
        <FormDialog
          title={t.admin.addKey}
          action={t.admin.make}
          onClose={() => setMaking(false)}
          onSubmit={async (form) => {
            const made = await call("POST /v1/keys", {
              body: { name: String(form.get("name")), scopes: scopes as Scopes },
            });
            setSecret({ name: made.name, key: made.key });
            await query.refetch();
          }}
        >
          <TextInput name="name" label={t.admin.name} description={t.admin.keyNameHint} required data-autofocus />
          <MultiSelect
            label={t.admin.scopes}
            description={t.admin.scopesHint}
            data={permissions}
            value={scopes}
            onChange={setScopes}
            searchable
            required
          />
        </FormDialog>
      ) : null}
      {act ? (
        <ReasonDialog
          title={t.admin.acts[act.kind]}
          action={t.admin.acts[act.kind]}
          danger={act.kind === "revoke"}
          optional
          onClose={() => setAct(null)}
          onDone={async (reason) => {
            const said = reason ? { reason } : {};
            const path = { id: act.key.id };
            if (act.kind === "revoke") await call("DELETE /v1/keys/{id}", { path, query: said });
            else {
              const made = await call("POST /v1/keys/{id}/rotate", { path, body: said });
              setSecret({ name: made.name, key: made.key });
            }
            await query.refetch();
          }}
        >
          {t.admin.actHints[act.kind](act.key.name)}
        </ReasonDialog>
      ) : null}
      {secret ? <Secret title={t.admin.keyOf(secret.name)} value={secret.key} onClose={() => setSecret(null)} /> : null}
    </>
  );
}
