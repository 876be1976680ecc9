import { afterAll, describe, expect, test } from "vitest";
import { accessScripts } from "./access-scripts.ts";
import { alertScripts } from "./alert-scripts.ts";
import { ANY_CALL } from "./any-call.ts";
import { type Script, send } from "./ask.ts";
import { type Description, type Operation, operationsOf } from "./document.ts";
import { endpointScripts } from "./endpoint-scripts.ts";
import { eventScripts } from "./event-scripts.ts";
import { keepsPromise } from "./keeps-promise.ts";
import { operationScripts } from "./operation-scripts.ts";
import { verificationScripts } from "./verification-scripts.ts";
import { openWorld } from "./world.ts";

/** To add a call, give it its requests in the script of its chapter; each answer that misses one fails by its name below. */
const SCRIPTS: Record<string, Script> = {
  ...verificationScripts,
  ...alertScripts,
  ...eventScripts,
  ...endpointScripts,
  ...accessScripts,
  ...operationScripts,
};

const world = await openWorld();
afterAll(() => world.close());
const operations = operationsOf((await (await world.app.request("/openapi.json")).json()) as Description);

/** The one request for a promise; null: there is none. A script's own goes before the one that any call shares. */
function requestFor(operation: Operation, name: string): (() => Promise<Response>) | null {
  const script = SCRIPTS[operation.id] ?? { answers: {} };
  const own = script.answers[name];
  if (own) return async () => send(world, operation, { ...script.sample, ...(await own(world)) });
  const shared = ANY_CALL[name];
  return shared && SCRIPTS[operation.id] ? () => shared(world, operation, script) : null;
}

describe.each(operations)("$method $path ($id)", (operation) => {
  test.each(operation.promises)("$status $name", async (promised) => {
    const request = requestFor(operation, promised.name);
    if (!request) expect.fail(`No request produces "${promised.name}" of ${operation.id}: add it to its script.`);
    await keepsPromise(await request(), promised);
  });
});

test("no script stands for an answer that is not documented", () => {
  const promised = new Set(operations.flatMap(({ id, promises }) => promises.map(({ name }) => `${id}: ${name}`)));
  const scripted = Object.entries(SCRIPTS).flatMap(([id, { answers }]) =>
    Object.keys(answers).map((name) => `${id}: ${name}`),
  );
  expect(scripted.filter((one) => !promised.has(one))).toEqual([]);
});
