import { Button, TextInput } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { OutputOf } from "@verdict/client";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { shorten } from "../../parts/Id.tsx";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { List } from "./List.tsx";
import { usePages } from "./use-pages.ts";

type Deed = OutputOf<"GET /v1/audit">["items"][number];

const route = getRouteApi("/admin");

/** What people and machines did, and why. Looking at personal data is a deed like any other. */
export function Audit() {
  const t = useText();
  const { action, actor, subject } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = { ...(action && { action }), ...(actor && { actor }), ...(subject && { subject }) };
  const { query, rows } = usePages(["audit", action, actor, subject], (page, signal) =>
    call("GET /v1/audit", { query: { ...page, ...filter } }, { signal }),
  );
  const words: Readonly<Record<string, string>> = t.admin.deeds;

  const columns: Column<Deed>[] = [
    {
      id: "at",
      header: t.admin.when,
      narrow: "top",
      cell: ({ at }) => (
        <span className="soft">
          <Time at={at} />
        </span>
      ),
    },
    { id: "who", header: t.admin.who, narrow: "top", align: "end", cell: (deed) => deed.actorName ?? deed.actor },
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
      cell: ({ reason }) => reason ?? <span className="faint">–</span>,
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
          <TextInput
            key={`a${action}`}
            name="action"
            aria-label={t.admin.action}
            placeholder={t.admin.action}
            defaultValue={action ?? ""}
            leftSection={<Icon name="filter" size={15} />}
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
