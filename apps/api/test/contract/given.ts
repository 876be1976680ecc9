import { randomUUIDv7 } from "node:crypto";
import { raiseAlert, recordGivenUp, settle } from "@verdict/db";
import { alertOnDiscrepancy } from "@verdict/domain";
import type { World } from "./world.ts";

const AT = new Date("2026-03-01T12:00:00.123Z");

/** An alert that is open; its id. */
export async function givenAlert({ db }: World): Promise<string> {
  const id = randomUUIDv7();
  const what = { rule: `a test ${id}`, severity: "warning", detail: "a test", at: new Date() } as const;
  await raiseAlert(db, { id, route: "default", verificationId: null, ...what });
  return id;
}

/** A discrepancy that is open; its id. */
export async function givenDiscrepancy({ db }: World): Promise<string> {
  const [id, verificationId, type] = [randomUUIDv7(), randomUUIDv7(), "mutated_replay" as const];
  const alert = { id: randomUUIDv7(), ...alertOnDiscrepancy(type) };
  const about = { route: "default", verificationId, receiptId: null, checkId: null, openedAt: AT };
  const discrepancies = [{ id, type, ...about, alert }];
  await settle(db, { changes: [], transitions: [], discrepancies, checks: [], receipts: [] }, AT);
  return id;
}

/** Given-up work; its id. */
export async function givenWork({ db }: World): Promise<string> {
  const id = randomUUIDv7();
  const job = { queue: "receipts.reconcile", payload: {} };
  await recordGivenUp(db, { id, kind: "job", reference: id, reason: "50 attempts", job, at: AT });
  return id;
}

/** Makes a thing by a call, and returns its id. */
export async function made({ s }: World, path: string, body: object): Promise<string> {
  const response = await s.post(body, { path });
  const { id } = (await response.json()) as { id?: string };
  if (id === undefined) throw new Error(`POST ${path} answered ${response.status}`);
  return id;
}

/** Makes a request twice, of which the first one is over: what the second is told of. */
export async function done({ s }: World, path: string, body: object): Promise<void> {
  const response = await s.post(body, { path });
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}`);
}

/** A name nobody else has. */
export const fresh = (): string => randomUUIDv7().replaceAll("-", "");
