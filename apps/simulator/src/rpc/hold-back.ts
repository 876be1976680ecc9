import type { Behaviour } from "../behaviour.ts";
import { limitOf } from "../budgets.ts";
import type { World } from "../world.ts";
import { type RpcAnswer, refusal } from "./answers.ts";
import type { Parameters } from "./parameters.ts";

/** One call that was let in. */
export type AdmittedCall = { action: string; parameters: Parameters; accessKeyId: string };

/**
 * Whether a call is turned away before any work: on a test's wish, after too many mistakes in a row, or because the budget of
 * its key, product and operation is spent. Null: it may go on.
 */
export function holdBack(world: World, call: AdmittedCall, now: number): RpcAnswer | null {
  return world.wishes.take(call.action) ?? repeated(world, call, now) ?? overBudget(world, call, now);
}

/** `CheckResult` names no product: its budget is that of the transaction (provider notes, section 2.6). */
export const productOf = (world: World, { ProductCode, TransactionId }: Parameters): string | undefined =>
  ProductCode ?? world.transactions.find(TransactionId ?? "")?.product;

function overBudget(world: World, { action, parameters, accessKeyId }: AdmittedCall, now: number): RpcAnswer | null {
  const { qps, qpsWindow } = world.behaviour;
  const product = productOf(world, parameters);
  const limit = limitOf(qps, product);
  if (limit === null) return null;
  const spent = world.budgets.spend(`${accessKeyId}\n${product}\n${action}`, limit, qpsWindow, now);
  return spent.kind === "spent" ? null : throttled(world.behaviour, spent.retryAfterMs);
}

/** The shape differs between the vendor's own tables (provider notes, section 2.6). */
export const throttled = (
  { throttleCode, throttleStatus, retryAfter }: Behaviour,
  retryAfterMs: number,
): RpcAnswer => ({
  ...refusal(throttleCode, "Request was denied due to api flow control."),
  httpStatus: Number(throttleStatus),
  retryAfterMs: retryAfter === "on" ? retryAfterMs : null,
});

function repeated(world: World, { action, accessKeyId }: AdmittedCall, now: number): RpcAnswer | null {
  const { repeatedInvokeLimit } = world.behaviour;
  if (repeatedInvokeLimit === 0) return null;
  return world.mistakes.isBlocked(`${accessKeyId}\n${action}`, repeatedInvokeLimit, now)
    ? refusal("Forbidden.ExceptionRepeatedInvoke", "The number of repeated abnormal calls exceeds the limit.")
    : null;
}
