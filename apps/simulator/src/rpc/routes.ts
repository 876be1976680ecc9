import { type Context, Hono } from "hono";
import { planCall } from "../call-plan.ts";
import { type Timers, wait } from "../clock.ts";
import type { World } from "../world.ts";
import { actionOf, admit } from "./admit.ts";
import { gatewayPage, type RpcAnswer, refusal, toResponse } from "./answers.ts";
import type { CallContext } from "./call.ts";
import { holdBack, throttled } from "./hold-back.ts";
import { invalidParameter, type Parameters, readParameters } from "./parameters.ts";
import { readBody } from "./read-body.ts";
import { trickle } from "./trickle.ts";

type Deps = Omit<CallContext, "world" | "origin"> & {
  world: () => World;
  accessKeys: ReadonlyMap<string, string>;
  timers: Timers;
};

/** A hanging call is let go after this, should its caller be more patient. */
const HANG_MS = 30_000;

/** The provider's single RPC endpoint. A GET that names no action is left to the phone page. */
export const rpcRoutes = (deps: Deps) =>
  new Hono().all("/", (c, next) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    return isRead && !c.req.header("x-acs-action") && !/[?&]Action=/.test(c.req.url) ? next() : answerCall(c, deps);
  });

async function answerCall(c: Context, deps: Deps): Promise<Response> {
  const world = deps.world();
  const at = world.clock.now();
  // Taken before the body is: reading it may replace the request.
  const { signal } = c.req.raw;
  const { search, origin } = new URL(c.req.url);
  const headers = c.req.header();
  const read = await readBody(c.req.raw);
  const body = read.kind === "body" ? read.bytes : new Uint8Array();
  const parameters = readParameters(search.slice(1), headers["content-type"] ?? "", body);
  const given = parameters ?? { query: [], form: [], merged: {}, mistake: null };
  const call = { method: c.req.method, path: c.req.path, headers, body, parameters: given };
  const action = actionOf(call);

  const log = (httpStatus: number | null, code: string, id = given.merged.TransactionId) =>
    note(world, { at, action, id, httpStatus, code });
  const answered = (answer: RpcAnswer): Response => {
    const opened = answer.result?.TransactionId;
    log(answer.httpStatus, answer.code, typeof opened === "string" ? opened : undefined);
    return toResponse(answer);
  };

  if (read.kind === "too_large") return answered(refusal("ToolargeImage", "The request body is above 3 MB."));
  if (read.kind === "cut_off") return answered(invalidParameter("Action", "the request body ended early"));
  if (!parameters) return answered(invalidParameter("Action", "there are more than 200 parameters"));
  const gate = { accessKeys: deps.accessKeys, nonces: world.nonces, now: deps.timers.now() };
  const admission = admit(call, gate, world.behaviour);
  if (admission.kind === "refused") return answered(admission.answer);

  const { operation, accessKeyId } = admission;
  const held = holdBack(world, { action, parameters: given.merged, accessKeyId }, at);
  if (held) return answered(held);

  const work = async () => {
    const answer = await operation(given.merged, { ...deps, world, origin });
    const wasMistake = answer.httpStatus >= 400 && answer.code !== "ProcessNotCompleted";
    world.mistakes.note(`${accessKeyId}\n${action}`, wasMistake, at);
    return world.behaviour.errorStatus === "200" ? { ...answer, httpStatus: 200 } : answer;
  };
  const ends = AbortSignal.any([signal, world.over]);
  const pause = (ms: number) => wait(deps.timers, ms, ends);
  const fault = nextFault(world, action, given.merged);
  switch (fault.kind) {
    case "none": {
      const answer = await work();
      await pause(fault.slowMs);
      return answered(answer);
    }
    case "throttle":
      await pause(fault.slowMs);
      return answered(throttled(world.behaviour, SECOND_MS));
    case "error":
      await pause(fault.slowMs);
      return answered(refusal(fault.code, BROKEN));
    case "okError":
      await pause(fault.slowMs);
      return answered({ ...refusal(fault.code, BROKEN), httpStatus: 200 });
    case "html":
      await pause(fault.slowMs);
      log(502, "BadGateway");
      return gatewayPage(502, "Bad Gateway");
    case "hang":
      await work();
      log(null, "Hang");
      await pause(HANG_MS);
      return gatewayPage(504, "Gateway Time-out");
    case "slowBody": {
      const answer = await work();
      await pause(fault.slowMs);
      return trickle(answered(answer), deps.timers, ends);
    }
  }
}

const SECOND_MS = 1_000;
const BROKEN = "The request has failed. Please try again later.";

function nextFault(world: World, operation: string, parameters: Parameters) {
  const transaction = world.transactions.find(parameters.TransactionId ?? "")?.ordinal ?? 0;
  const ordinal = world.count(`${operation} of ${transaction}`);
  return planCall(world.faults, { operation, transaction, ordinal });
}

type Noted = { at: number; action: string; id: string | undefined; httpStatus: number | null; code: string };

function note(world: World, { at, action, id, httpStatus, code }: Noted): void {
  const clip = (text: string) => text.slice(0, 64);
  const transactionId = id === undefined ? null : clip(id);
  world.log.add({ at, direction: "in", operation: clip(action), transactionId, httpStatus, code });
}
