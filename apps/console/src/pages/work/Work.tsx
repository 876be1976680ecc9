import { getRouteApi } from "@tanstack/react-router";
import { Tabs } from "../../parts/Tabs.tsx";
import { useMay } from "../../session/me.ts";
import { PageHead } from "../../shell/PageHead.tsx";
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
  const may = useMay();
  const { tab } = route.useSearch();
  const tabs = TABS.filter(({ needs }) => may(needs));
  const current = tabs.find(({ id }) => id === tab) ?? tabs[0];
  if (!current) return null;
  const Part = current.part;
  return (
    <>
      <PageHead title={t.nav.work} hint={t.work.hints[current.id]} />
      <Tabs
        label={t.nav.work}
        to="/work"
        current={current.id}
        tabs={tabs.map(({ id }) => ({ id, name: t.work.tabs[id] }))}
      />
      <Part />
    </>
  );
}
