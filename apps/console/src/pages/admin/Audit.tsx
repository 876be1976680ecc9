import { Button, NativeSelect, TextInput } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { OutputOf } from "@verdict/client";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { shorten } from "../../parts/Id.tsx";
import { List } from "../../parts/List.tsx";
import { usePages } from "../../parts/use-pages.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { Time } from "../../time/Time.tsx";
import { sayReason } from "../work/outcomes.ts";

type Deed = OutputOf<"GET /v1/audit">["items"][number];

const route = getRouteApi("/admin");

/** What people and machines did, and why. Looking at personal data is a deed like any other. */
export function Audit() {
  const t = useAdminText();
  const { action, actor, subject } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = { ...(action && { action }), ...(actor && { actor }), ...(subject && { subject }) };
  const { query, rows } = usePages(["audit", action, actor, subject], (page, signal) =>
    call("GET /v1/audit", { query: { ...page, ...filter } }, { signal }),
  );
  const words: Readonly<Record<string, string>> = t.deeds;

  const columns: Column<Deed>[] = [
    {
      id: "at",
      header: t.admin.when,
      narrow: "top",
      cell: ({ at }) => <Time at={at} soft />,
    },
    {
      id: "who",
      header: t.admin.who,
      narrow: "top",
      cell: (deed) => deed.actorName ?? t.admin.actors[deed.actor] ?? deed.actor,
    },
    {
      id: "what",
      header: t.work.what,
      narrow: "wide",
      cell: (deed) => (
        <>
          <b style={{ fontWeight: 500 }}>{words[deed.action] ?? deed.action}</b>
          <div className="faint small mono">{deed.action}</div>
        </>
      ),
    },
    {
      id: "subject",
      header: t.admin.subject,
      narrow: "wide",
      cell: (deed) =>
        deed.verificationId ? (
          <Link to="/verifications/$id" params={{ id: deed.verificationId }} className="mono">
            {shorten(deed.verificationId)}
          </Link>
        ) : (
          <span className="mono soft" title={deed.subject}>
            {shorten(deed.subject)}
          </span>
        ),
    },
    {
      id: "reason",
      header: t.parts.reason,
      narrow: "wide",
      cell: ({ reason }) =>
        reason === null ? (
          <span className="faint" data-nothing>
            –
          </span>
        ) : (
          sayReason(reason, t)
        ),
    },
  ];
  return (
    <List
      label={t.admin.tabs.audit}
      query={query}
      rows={rows}
      columns={columns}
      empty={{ icon: "shield", title: t.admin.noDeeds }}
      bar={
        <form
          style={{ display: "flex", flexWrap: "wrap", gap: 8, flex: 1 }}
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            const read = (name: string) => String(form.get(name)).trim() || undefined;
            void navigate({
              search: (held) => ({ ...held, action: read("action"), subject: read("subject") }),
              replace: true,
            });
          }}
        >
          <NativeSelect
            key={`a${action}`}
            name="action"
            aria-label={t.admin.action}
            defaultValue={action ?? ""}
            data={[
              { value: "", label: t.running.anyAction },
              ...(action && !(action in words) ? [{ value: action, label: action }] : []),
              ...Object.entries(words).map(([value, label]) => ({ value, label })),
            ]}
            onChange={(event) => event.currentTarget.form?.requestSubmit()}
          />
          <TextInput
            key={`s${subject}`}
            name="subject"
            aria-label={t.admin.subject}
            placeholder={t.admin.subjectHint}
            defaultValue={subject ?? ""}
            style={{ flex: "1 1 220px" }}
          />
          <Button type="submit" variant="default">
            {t.admin.filter}
          </Button>
        </form>
      }
    />
  );
}
