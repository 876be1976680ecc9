import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { planCall } from "../call-plan.ts";
import type { Callbacks } from "../callbacks.ts";
import { type Timers, wait } from "../clock.ts";
import type { Send } from "../send.ts";
import type { World } from "../world.ts";
import { gatewayPage, type RpcAnswer, refusal, toResponse } from "./answers.ts";
import { refuseEntry } from "./authenticate.ts";
import { OPERATIONS } from "./operations.ts";
import { mergeParameters, missingParameter, type Parameters } from "./parameters.ts";

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
  new Hono().all(
    "/",
    bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => tooLarge(c, deps.world()) }),
    async (c, next) => {
      const isRead = c.req.method === "GET" || c.req.method === "HEAD";
      if (isRead && !c.req.header("x-acs-action") && !c.req.query("Action")) return next();

      const world = deps.world();
      // Taken before the body is: reading it may replace the request.
      const { signal } = c.req.raw;
      const body = new Uint8Array(await c.req.arrayBuffer());
      const query = new URL(c.req.url).searchParams;
      const parameters = mergeParameters(query, c.req.header("content-type") ?? "", body);
      const action = c.req.header("x-acs-action") ?? parameters.Action ?? "";
      const answered = (answer: RpcAnswer) => {
        const opened = answer.result?.TransactionId;
        const transactionId = typeof opened === "string" ? opened : parameters.TransactionId;
        note(world, action, transactionId, answer.httpStatus, answer.code);
        return toResponse(answer);
      };

      if (c.req.method !== "POST") return answered(refusal("UnsupportedHTTPMethod", "This action accepts POST only."));
      if (!action) return answered(missingParameter("Action"));
      const signed = { method: c.req.method, path: c.req.path, query, headers: c.req.header(), body };
      const entry = refuseEntry(signed, { accessKeys: deps.accessKeys, nonces: world.nonces, now: deps.timers.now() });
      if (entry) return answered(entry);
      const operation = OPERATIONS.get(action);
      if (!operation) return answered(refusal("InvalidApi.NotFound", `Specified api is not found: ${action}.`));

      const work = () => operation(parameters, { ...deps, world, origin: new URL(c.req.url).origin });
      const fault = nextFault(world, action, parameters);
      const slowly = () => wait(deps.timers, fault.slowMs, AbortSignal.any([signal, world.over]));
      switch (fault.kind) {
        case "none": {
          const answer = await work();
          await slowly();
          return answered(answer);
        }
        case "throttle":
          await slowly();
          return answered(refusal("Throttling.Api", "Request was denied due to api flow control."));
        case "error":
          await slowly();
          return answered(refusal(fault.code, "The request has failed. Please try again later."));
        case "html":
          await slowly();
          note(world, action, parameters.TransactionId, 502, "BadGateway");
          return gatewayPage(502, "Bad Gateway");
        case "hang":
          await work();
          note(world, action, parameters.TransactionId, null, "Hang");
          await wait(deps.timers, HANG_MS, AbortSignal.any([signal, world.over]));
          return gatewayPage(504, "Gateway Time-out");
      }
    },
  );

function nextFault(world: World, operation: string, parameters: Parameters) {
  const transaction = world.transactions.find(parameters.TransactionId ?? "")?.ordinal ?? 0;
  const ordinal = world.count(`${operation} of ${transaction}`);
  return planCall(world.faults, { operation, transaction, ordinal });
}

function note(world: World, operation: string, id: string | undefined, httpStatus: number | null, code: string): void {
  world.log.add({ direction: "in", operation, transactionId: id ?? null, httpStatus, code });
}

/** The rest of the body is not read, so the connection cannot be used again. */
function tooLarge(c: Context, world: World): Response {
  const answer = refusal("RequestEntityTooLarge", "The request body is larger than 2 MB.");
  note(world, c.req.header("x-acs-action") ?? "", undefined, answer.httpStatus, answer.code);
  const response = toResponse(answer);
  response.headers.set("Connection", "close");
  return response;
}
