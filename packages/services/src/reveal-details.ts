import {
  type Db,
  inTransaction,
  listDetails,
  recordHumanAction,
  type StoredDetail,
  type Verification,
} from "@verdict/db";
import { type DetailClass, maskDetail } from "@verdict/domain";
import { type DetailCipher, DetailCipherError } from "./detail-cipher.ts";

export type DetailDeps = { db: Db; cipher: DetailCipher; now: () => Date };

/** One detail as it is shown. `value` is null where its key is missing or its text was tampered with. */
export type ShownDetail = { class: DetailClass; field: string; value: string | null; storedAt: Date };

/** What the provider told about a person, masked. Says so little that looking at it is not put on record. */
export async function readMaskedDetails({ db, cipher }: DetailDeps, verificationId: string): Promise<ShownDetail[]> {
  const stored = await listDetails(db, verificationId);
  return stored.map((detail) => {
    const value = open(cipher, detail);
    return { ...shown(detail), value: value === null ? null : maskDetail({ ...detail, value }) };
  });
}

export type RevealRequest = {
  by: string;
  reason: string;
  /** Only these; absent: all there are. */
  fields?: readonly string[] | undefined;
};

/**
 * What the provider told about a person, in the clear. Who asked for which fields, and why, is on record before anything is returned:
 * if that cannot be written, nothing is. The record holds names of fields, never values.
 */
export async function revealDetails(
  { db, cipher, now }: DetailDeps,
  { id, route }: Pick<Verification, "id" | "route">,
  { by, reason, fields }: RevealRequest,
): Promise<ShownDetail[]> {
  const stored = await inTransaction(db, async (tx) => {
    const found = await listDetails(tx, id);
    const wanted = fields ? found.filter(({ field }) => fields.includes(field)) : found;
    await recordHumanAction(tx.orm, {
      ...{ at: now(), actor: by, action: "personal.reveal", subject: id, route, verificationId: id, reason },
      ...{ before: null, after: { fields: wanted.map(({ field }) => field) } },
    });
    return wanted;
  });
  return stored.map((detail) => ({ ...shown(detail), value: open(cipher, detail) }));
}

const shown = ({ class: of, field, storedAt }: StoredDetail) => ({ class: of, field, storedAt });

function open(cipher: DetailCipher, detail: StoredDetail): string | null {
  try {
    return cipher.open(detail, detail.envelope);
  } catch (error) {
    if (error instanceof DetailCipherError) return null;
    throw error;
  }
}
