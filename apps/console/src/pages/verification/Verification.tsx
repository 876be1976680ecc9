import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { StatusMark } from "../../parts/Mark.tsx";
import { Failed, Loading } from "../../parts/State.tsx";
import { isOpen, type Verification as Row } from "../../parts/tones.ts";
import { sayBecause } from "../../text/say-because.ts";
import { useText } from "../../text/text.tsx";
import { Sentence } from "../../time/Time.tsx";
import { Actions } from "./Actions.tsx";
import { Compare } from "./Compare.tsx";
import { Details } from "./Details.tsx";
import { entriesOf } from "./evidence.ts";
import { Facts } from "./Facts.tsx";
import { Record } from "./Record.tsx";
import { Timeline } from "./Timeline.tsx";
import { Told } from "./Told.tsx";
import styles from "./Verification.module.css";

const route = getRouteApi("/verifications/$id");

/** How often a session is looked at that still moves. */
const LIVE_MS = 1_500;

/** Whether more is to come: it is open, or the provider will be asked about it again. */
const moves = ({ status, nextCheckAt }: Row): boolean => isOpen(status) || nextCheckAt !== null;

/** One session: where it is, why, and the evidence for it. */
export default function Verification() {
  const t = useText();
  const { id } = route.useParams();
  const [picked, pick] = useState<string | null>(null);
  const found = useQuery({
    queryKey: ["verification", id],
    queryFn: ({ signal }) => call("GET /v1/verifications/{id}", { path: { id } }, { signal }),
    refetchInterval: ({ state }) => (state.data && !moves(state.data) ? 10_000 : LIVE_MS),
  });
  const version = found.data?.version;
  const timeline = useQuery({
    queryKey: ["verification", id, "timeline", version],
    queryFn: ({ signal }) => call("GET /v1/verifications/{id}/timeline", { path: { id } }, { signal }),
    placeholderData: (held) => held,
    enabled: version !== undefined,
    refetchInterval: found.data && moves(found.data) ? LIVE_MS * 2 : 10_000,
  });
  const entries = useMemo(() => (timeline.data ? entriesOf(timeline.data.items) : []), [timeline.data]);

  const name = found.data?.merchantBizId;
  useEffect(() => {
    document.title = `${name ?? t.nav.verifications} · Verdict`;
  }, [name, t]);

  const back = (
    <Link to="/verifications" className={styles.back}>
      <Icon name="left" size={15} />
      {t.nav.verifications}
    </Link>
  );
  if (found.isPending) {
    return (
      <>
        {back}
        <Card>
          <Loading rows={8} />
        </Card>
      </>
    );
  }
  if (!found.data) {
    return (
      <>
        {back}
        <Card>
          <Failed error={found.error} retry={() => found.refetch()} />
        </Card>
      </>
    );
  }

  const row = found.data;
  const doubts = entries.filter((entry) => entry.type === "discrepancy" && entry.closedAt === null).length;
  return (
    <>
      {back}
      <div className={styles.head}>
        <StatusMark status={row.status} large />
        <h1>{row.merchantBizId}</h1>
        <span className="soft">
          {t.products[row.product]} · {row.route}
        </span>
        <div className={styles.actions}>
          <Actions verification={row} onDone={() => Promise.all([found.refetch(), timeline.refetch()])} />
        </div>
      </div>
      <p className={styles.lead} aria-live="polite">
        <Sentence text={sayBecause(row.because, t, row.explanation)} />
      </p>
      <div className={styles.page}>
        {doubts > 0 ? (
          <div className={styles.trouble}>
            <Icon name="warn" />
            {t.verification.doubts(doubts)}
            <Link to="/work" search={{ tab: "discrepancies" }}>
              {t.verification.toWork}
            </Link>
          </div>
        ) : null}
        <Card title={t.timeline.title}>
          <Timeline verification={row} entries={entries} live={moves(row)} onPick={pick} />
        </Card>
        <div className={styles.two}>
          <div className={styles.column}>
            <Card title={t.compare.title}>
              <Compare verification={row} />
            </Card>
            <Details id={row.id} hasPictures={row.transactionId !== null && row.product !== "FACE_IDU_MIN"} />
          </div>
          <Card title={t.verification.facts}>
            <Facts verification={row} />
          </Card>
        </div>
        <Told id={row.id} />
        <Card title={t.record.title} flush>
          <Record entries={entries} since={row.createdAt} picked={picked} />
        </Card>
      </div>
    </>
  );
}
