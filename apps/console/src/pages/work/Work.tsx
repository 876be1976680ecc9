import { getRouteApi } from "@tanstack/react-router";
import { TabbedPage } from "../../shell/TabbedPage.tsx";
import { useText } from "../../text/text.tsx";
import { Alerts } from "./Alerts.tsx";
import { Discrepancies } from "./Discrepancies.tsx";
import { GivenUp } from "./GivenUp.tsx";

const route = getRouteApi("/work");

const TABS = [
  { id: "alerts", needs: "alerts.read", part: Alerts },
  { id: "discrepancies", needs: "discrepancies.read", part: Discrepancies },
  { id: "given-up", needs: "work.read", part: GivenUp },
] as const;

/** What waits for a person, in queues. */
export default function Work() {
  const t = useText();
  const { tab } = route.useSearch();
  const tabs = TABS.map((one) => ({ ...one, name: t.work.tabs[one.id], hint: t.work.hints[one.id] }));
  return <TabbedPage title={t.nav.work} to="/work" tab={tab} tabs={tabs} />;
}
