import { getRouteApi } from "@tanstack/react-router";
import { lazy } from "react";
import { TabbedPage } from "../../shell/TabbedPage.tsx";
import { useAdminText } from "../../text/use-admin-text.ts";

const route = getRouteApi("/admin");

const TABS = [
  { id: "people", needs: "people.read", part: lazy(async () => ({ default: (await import("./People.tsx")).People })) },
  { id: "keys", needs: "keys.read", part: lazy(async () => ({ default: (await import("./Keys.tsx")).Keys })) },
  { id: "routes", needs: "routes.read", part: lazy(async () => ({ default: (await import("./Routes.tsx")).Routes })) },
  {
    id: "endpoints",
    needs: "endpoints.read",
    part: lazy(async () => ({ default: (await import("./Endpoints.tsx")).Endpoints })),
  },
  {
    id: "channels",
    needs: "channels.read",
    part: lazy(async () => ({ default: (await import("./Channels.tsx")).Channels })),
  },
  {
    id: "silences",
    needs: "channels.read",
    part: lazy(async () => ({ default: (await import("./Silences.tsx")).Silences })),
  },
  { id: "queue", needs: "queue.read", part: lazy(async () => ({ default: (await import("./Queue.tsx")).Queue })) },
  { id: "audit", needs: "audit.read", part: lazy(async () => ({ default: (await import("./Audit.tsx")).Audit })) },
  {
    id: "retention",
    needs: "retention.read",
    part: lazy(async () => ({ default: (await import("./Retention.tsx")).Retention })),
  },
] as const;

/** Who and what may do what, and what has been done. */
export default function Admin() {
  const t = useAdminText();
  const { tab } = route.useSearch();
  const tabs = TABS.map((one) => ({ ...one, name: t.admin.tabs[one.id], hint: t.admin.hints[one.id] }));
  return <TabbedPage title={t.nav.admin} to="/admin" tab={tab} tabs={tabs} />;
}
