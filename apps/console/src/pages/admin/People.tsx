import { Menu, Select, TextInput } from "@mantine/core";
import type { OutputOf } from "@verdict/client";
import { useState } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { List } from "../../parts/List.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { ReasonDialog } from "../../parts/ReasonDialog.tsx";
import { usePages } from "../../parts/use-pages.ts";
import { useMay, useMe } from "../../session/me.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { Time } from "../../time/Time.tsx";
import { ActsMenu } from "./ActsMenu.tsx";
import { AddButton } from "./AddButton.tsx";
import { FormDialog } from "./FormDialog.tsx";
import { Secret } from "./Secret.tsx";

type Person = OutputOf<"GET /v1/people">["items"][number];
type Act =
  | { kind: "disable" | "enable" | "reset"; person: Person }
  | { kind: "role"; person: Person }
  | { kind: "add" };

const ROLES = ["viewer", "analyst", "operator", "auditor", "admin"] as const;

/** Who may sign in, and as what. */
export function People() {
  const t = useAdminText();
  const me = useMe();
  const writes = useMay()("people.write");
  const [act, setAct] = useState<Act | null>(null);
  const [secret, setSecret] = useState<{ name: string; password: string } | null>(null);
  const { query, rows } = usePages(["people"], (page, signal) => call("GET /v1/people", { query: page }, { signal }));
  const roles = ROLES.map((value) => ({ value, label: `${t.roles[value]} – ${t.admin.roleHints[value]}` }));
  const close = () => setAct(null);

  const columns: Column<Person>[] = [
    {
      id: "name",
      header: t.admin.name,
      narrow: "top",
      cell: ({ name, email }) => (
        <>
          <b style={{ fontWeight: 500 }}>{name}</b>
          <div className="faint small">{email}</div>
        </>
      ),
    },
    { id: "role", header: t.admin.role, narrow: "half", cell: ({ role }) => t.roles[role] },
    {
      id: "routes",
      header: t.fields.route,
      narrow: "hidden",
      cell: ({ routes }) => <span className="soft">{routes?.join(", ") ?? t.admin.allRoutes}</span>,
    },
    {
      id: "factor",
      header: t.account.factor,
      narrow: "hidden",
      cell: ({ secondFactor }) => (
        <Mark tone={secondFactor ? "good" : "still"} dot={secondFactor ? "full" : "hollow"}>
          {secondFactor ? t.admin.on : t.admin.off}
        </Mark>
      ),
    },
    {
      id: "status",
      header: t.fields.status,
      narrow: "side",
      cell: ({ status, mustChangePassword }) => (
        <Mark tone={status === "disabled" ? "bad" : mustChangePassword ? "wait" : "good"}>
          {status === "disabled" ? t.admin.disabled : mustChangePassword ? t.admin.invited : t.admin.active}
        </Mark>
      ),
    },
    {
      id: "at",
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
      cell: (person) =>
        writes && person.id !== me.id ? (
          <ActsMenu name={person.name}>
            <Menu.Item onClick={() => setAct({ kind: "role", person })}>{t.admin.changeRole}</Menu.Item>
            <Menu.Item onClick={() => setAct({ kind: "reset", person })}>{t.admin.reset}</Menu.Item>
            <Menu.Item onClick={() => setAct({ kind: person.status === "active" ? "disable" : "enable", person })}>
              {person.status === "active" ? t.admin.disable : t.admin.enable}
            </Menu.Item>
          </ActsMenu>
        ) : null,
    },
  ];

  const run = async (chosen: Exclude<Act, { kind: "add" | "role" }>, reason: string) => {
    const { kind, person } = chosen;
    const said = reason ? { reason } : {};
    if (kind === "reset") {
      const { password } = await call("POST /v1/people/{id}/reset-password", {
        path: { id: person.id },
        body: { dropSecondFactor: true, ...said },
      });
      setSecret({ name: person.name, password });
    } else {
      await call("PATCH /v1/people/{id}", { path: { id: person.id }, body: { disabled: kind === "disable", ...said } });
    }
    await query.refetch();
  };

  return (
    <>
      <List
        label={t.admin.tabs.people}
        query={query}
        rows={rows}
        columns={columns}
        empty={{ icon: "people", title: t.admin.nobody }}
        bar={writes ? <AddButton onClick={() => setAct({ kind: "add" })}>{t.admin.addPerson}</AddButton> : null}
      />
      {act?.kind === "add" ? (
        <FormDialog
          title={t.admin.addPerson}
          action={t.admin.add}
          onClose={close}
          onSubmit={async (form) => {
            const role = ROLES.find((one) => one === form.get("role")) ?? "viewer";
            const made = await call("POST /v1/people", {
              body: { name: String(form.get("name")), email: String(form.get("email")), role },
            });
            setSecret({ name: made.name, password: made.password });
            await query.refetch();
          }}
        >
          <TextInput name="name" label={t.admin.name} required data-autofocus />
          <TextInput name="email" type="email" label={t.signIn.email} required />
          <Select name="role" label={t.admin.role} data={roles} defaultValue="viewer" allowDeselect={false} />
        </FormDialog>
      ) : act?.kind === "role" ? (
        <FormDialog
          title={t.admin.changeRole}
          action={t.admin.save}
          onClose={close}
          onSubmit={async (form) => {
            const role = ROLES.find((one) => one === form.get("role")) ?? act.person.role;
            await call("PATCH /v1/people/{id}", { path: { id: act.person.id }, body: { role } });
            await query.refetch();
          }}
        >
          <Select
            name="role"
            label={t.admin.role}
            data={roles}
            defaultValue={act.person.role}
            allowDeselect={false}
            data-autofocus
          />
        </FormDialog>
      ) : act ? (
        <ReasonDialog
          title={t.admin.acts[act.kind]}
          action={t.admin.acts[act.kind]}
          danger={act.kind !== "enable"}
          optional
          onClose={close}
          onDone={(reason) => run(act, reason)}
        >
          {t.admin.actHints[act.kind](act.person.name)}
        </ReasonDialog>
      ) : null}
      {secret ? (
        <Secret title={t.admin.passwordOf(secret.name)} value={secret.password} onClose={() => setSecret(null)} />
      ) : null}
    </>
  );
}
