import { type ComponentType, Suspense } from "react";
import { Loading } from "../parts/State.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { useMay } from "../session/me.ts";
import { PageHead } from "./PageHead.tsx";

type Tab = {
  id: string;
  needs: Parameters<ReturnType<typeof useMay>>[0];
  name: string;
  hint: string;
  part: ComponentType;
};

type TabbedPageProps = { title: string; to: "/work" | "/admin"; tab: string | undefined; tabs: readonly Tab[] };

/** A page of several parts, those that the reader may see: the one its address names, else the first. */
export function TabbedPage({ title, to, tab, tabs }: TabbedPageProps) {
  const may = useMay();
  const seen = tabs.filter(({ needs }) => may(needs));
  const current = seen.find(({ id }) => id === tab) ?? seen[0];
  if (!current) return null;
  const Part = current.part;
  return (
    <>
      <PageHead title={title} hint={current.hint} />
      <Tabs label={title} to={to} current={current.id} tabs={seen} />
      <Suspense fallback={<Loading />}>
        <Part />
      </Suspense>
    </>
  );
}
