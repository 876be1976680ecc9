import type { ReactNode } from "react";
import { FactList } from "../../parts/FactList.tsx";
import { Id } from "../../parts/Id.tsx";
import type { Verification } from "../../parts/tones.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";

/** Ids and times of a session. What there is none of is left out. */
export function Facts({ verification: v }: { verification: Verification }) {
  const t = useText();
  const time = (at: string | null) => (at ? <Time at={at} as="long" /> : null);
  const rows: readonly [string, ReactNode][] = [
    [t.fields.id, <Id key="id" value={v.id} label={t.fields.id} />],
    [t.fields.merchantBizId, <Id key="biz" value={v.merchantBizId} label={t.fields.merchantBizId} />],
    [
      t.fields.transactionId,
      v.transactionId ? <Id key="tx" value={v.transactionId} label={t.fields.transactionId} /> : null,
    ],
    [t.fields.product, t.products[v.product]],
    [t.fields.route, v.route],
    [t.fields.sceneCode, v.sceneCode],
    [t.fields.createdAt, time(v.createdAt)],
    [t.fields.expiresAt, time(v.expiresAt)],
    [t.fields.checkCount, v.checkCount > 0 ? String(v.checkCount) : null],
    [t.fields.checkedAt, time(v.checkedAt)],
    [t.fields.nextCheckAt, v.nextCheckAt ? <Time key="next" at={v.nextCheckAt} as="relative" /> : null],
    [t.fields.error, v.error ? <span className="mono">{v.error.code}</span> : null],
  ];
  return <FactList rows={rows} />;
}
