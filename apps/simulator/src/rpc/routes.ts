import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { planCall } from "../call-plan.ts";
import type { Callbacks } from "../callbacks.ts";
import { type Timers, wait } from "../clock.ts";
import type { Send } from "../send.ts";
import type { World } from "../world.ts";
import { admit, readAction } from "./admit.ts";
import { gatewayPage, type RpcAnswer, refusal, toResponse } from "./answers.ts";
import type { Parameters } from "./parameters.ts";

type Deps = {
  world: () => World;
  accessKeys: ReadonlyMap<string, string>;
  idSeed: string;
  ttlMs: number;
  timers: Timers;
  send: Send;
  callbacks: Callbacks;
};

const BODY_BYTES_MAX = 2 * 1_024 * 1_024;
/** A hanging call is let go after this, should its caller be more patient. */
const HANG_MS = 30_000;

/** The provider's single RPC endpoint. A GET that names no action is left to the phone page. */
export const rpcRoutes = (deps: Deps) =>
  new Hono().all("/", bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => tooLarge(c, deps.world()) }), (c, next) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    return isRead && !c.req.header("x-acs-action") && !c.req.query("Action") ? next() : answerCall(c, deps);
  });

async function answerCall(c: Context, deps: Deps): Promise<Response> {
  const world = deps.world();
  // Taken before the body is: reading it may replace the request.
  const { signal } = c.req.raw;
  const { searchParams: query, origin } = new URL(c.req.url);
  const body = new Uint8Array(await c.req.arrayBuffer());
  const call = { method: c.req.method, path: c.req.path, query, headers: c.req.header(), body };
  const { action, parameters } = readAction(call);

  const log = (httpStatus: number | null, code: string, id = parameters.TransactionId) =>
    note(world, action, id, httpStatus, code);
  const answered = (answer: RpcAnswer) => {
    const opened = answer.result?.TransactionId;
    log(answer.httpStatus, answer.code, typeof opened === "string" ? opened : undefined);
    return toResponse(answer);
  };

  const gate = { accessKeys: deps.accessKeys, nonces: world.nonces, now: deps.timers.now() };
  const admission = admit(call, action, gate);
  if (admission.kind === "refused") return answered(admission.answer);

  const work = () => admission.operation(parameters, { ...deps, world, origin });
  const pause = (ms: number) => wait(deps.timers, ms, AbortSignal.any([signal, world.over]));
  const fault = nextFault(world, action, parameters);
  switch (fault.kind) {
    case "none": {
      const answer = await work();
      await pause(fault.slowMs);
      return answered(answer);
    }
    case "throttle":
      await pause(fault.slowMs);
      return answered(refusal("Throttling.Api", "Request was denied due to api flow control."));
    case "error":
      await pause(fault.slowMs);
      return answered(refusal(fault.code, "The request has failed. Please try again later."));
    case "html":
      await pause(fault.slowMs);
      log(502, "BadGateway");
      return gatewayPage(502, "Bad Gateway");
    case "hang":
      await work();
      log(null, "Hang");
      await pause(HANG_MS);
      return gatewayPage(504, "Gateway Time-out");
  }
}

function nextFault(world: World, operation: string, parameters: Parameters) {
  const transaction = world.transactions.find(parameters.TransactionId ?? "")?.ordinal ?? 0;
  const ordinal = world.count(`${operation} of ${transaction}`);
  return planCall(world.faults, { operation, transaction, ordinal });
}

function note(world: World, operation: string, id: string | undefined, httpStatus: number | null, code: string): void {
  const clip = (text: string) => text.slice(0, 64);
  const transactionId = id === undefined ? null : clip(id);
  world.log.add({ direction: "in", operation: clip(operation), transactionId, httpStatus, code });
}

/** The rest of the body is not read, so the connection cannot be used again. */
function tooLarge(c: Context, world: World): Response {
  const answer = refusal("RequestEntityTooLarge", "The request body is larger than 2 MB.");
  note(world, c.req.header("x-acs-action") ?? "", undefined, answer.httpStatus, answer.code);
  const response = toResponse(answer);
  response.headers.set("Connection", "close");
  return response;
}
