import { Link } from "@tanstack/react-router";
import type { Column } from "../../parts/DataTable.tsx";
import { shorten } from "../../parts/Id.tsx";
import { StatusMark } from "../../parts/Mark.tsx";
import { SubCode } from "../../parts/SubCode.tsx";
import type { Verification } from "../../parts/tones.ts";
import type { Text } from "../../text/en/index.ts";
import { sayBecause } from "../../text/say-because.ts";
import { duration } from "../../time/format-time.ts";
import { Time } from "../../time/Time.tsx";
import styles from "./Verifications.module.css";

export const COLUMNS = [
  "status",
  "business",
  "product",
  "subCode",
  "claim",
  "route",
  "scene",
  "transaction",
  "took",
  "created",
] as const;
export type ColumnId = (typeof COLUMNS)[number];

export const USUAL: readonly ColumnId[] = ["status", "business", "product", "subCode", "route", "took", "created"];

/** Which columns an address asks for. */
export const readColumns = (cols: string | undefined): readonly ColumnId[] => {
  const named = cols?.split(",") ?? [];
  const known = COLUMNS.filter((column) => named.includes(column));
  return known.length > 0 ? known : USUAL;
};

const sentences = new WeakMap<object, Column<Verification>[]>();

/** The columns of the list, in words of a language. */
export function columnsOf(t: Text): Column<Verification>[] {
  const made = sentences.get(t) ?? make(t);
  sentences.set(t, made);
  return made;
}

const make = (t: Text): Column<Verification>[] => [
  { id: "status", header: t.fields.status, narrow: "top", cell: ({ status }) => <StatusMark status={status} /> },
  {
    id: "business",
    header: t.fields.merchantBizId,
    narrow: "wide",
    cell: ({ id, merchantBizId, because, explanation }) => (
      <Link
        to="/verifications/$id"
        params={{ id }}
        data-row-link
        className={`mono ${styles.business}`}
        title={sayBecause(because, t, explanation)}
      >
        {merchantBizId}
      </Link>
    ),
  },
  {
    id: "product",
    header: t.fields.product,
    cell: ({ product }) => <span className="soft">{t.products[product]}</span>,
  },
  {
    id: "subCode",
    header: t.fields.subCode,
    narrow: "side",
    cell: ({ subCode, claim, product }) =>
      subCode || claim ? (
        <SubCode product={product} code={subCode ?? claim?.subCode ?? ""} claimed={!subCode} />
      ) : (
        <span className="faint" data-nothing>
          –
        </span>
      ),
  },
  {
    id: "claim",
    header: t.fields.claim,
    narrow: "hidden",
    cell: ({ claim }) =>
      claim ? (
        <span className="soft">
          {claim.passed ? t.status.passed : t.status.failed} · <span className="mono">{claim.subCode}</span>
        </span>
      ) : (
        <span className="faint">–</span>
      ),
  },
  { id: "route", header: t.fields.route, narrow: "hidden", cell: ({ route }) => <span className="soft">{route}</span> },
  {
    id: "scene",
    header: t.fields.sceneCode,
    narrow: "hidden",
    cell: ({ sceneCode }) => <span className="mono soft">{sceneCode ?? "–"}</span>,
  },
  {
    id: "transaction",
    header: t.fields.transactionId,
    narrow: "hidden",
    cell: ({ transactionId }) => (
      <span className="mono soft" title={transactionId ?? ""}>
        {transactionId ? shorten(transactionId) : "–"}
      </span>
    ),
  },
  {
    id: "took",
    header: t.fields.took,
    align: "end",
    narrow: "hidden",
    cell: ({ createdAt, outcome }) => (
      <span className="numbers soft">
        {outcome?.confirmedAt ? duration(Date.parse(outcome.confirmedAt) - Date.parse(createdAt)) : "–"}
      </span>
    ),
  },
  {
    id: "created",
    header: t.fields.createdAt,
    align: "end",
    narrow: "top",
    cell: ({ createdAt }) => <Time at={createdAt} soft />,
  },
];
