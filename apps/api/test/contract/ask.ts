import type { setup } from "../support.ts";
import type { Operation } from "./document.ts";
import type { World } from "./world.ts";

type App = Awaited<ReturnType<typeof setup>>["app"];

/** A request of an operation. Whatever is not said is what the key from the settings would send. */
export type Ask = {
  /** What stands in the path for `{id}`. */
  id?: string;
  query?: Record<string, string>;
  body?: unknown;
  /** In place of a body that is JSON. */
  text?: string;
  headers?: Record<string, string>;
  /** Another API than the one that is well. */
  to?: App;
};

/** The requests of an operation, by what they produce. */
export type Script = {
  /** A request that is in order, about things that there are not. Those that any call may be refused with are made of it. */
  sample?: Ask;
  /** It answers without its database, which then has to fail whoever looks the caller's key up. */
  asksNoDatabase?: true;
  /** One request for each answer that is the operation's own; it may prepare what it is about. */
  answers: Record<string, (world: World) => Ask | Promise<Ask>>;
};

export type Scripts = Record<string, Script>;

/** An id of nothing. */
export const NOTHING = "01a00000-0000-7000-8000-000000000000";

/** The address of a request. */
export function addressOf({ path }: Operation, { id = NOTHING, query }: Ask): string {
  const search = new URLSearchParams(query).toString();
  return path.replaceAll(/\{\w+\}/g, id) + (search && `?${search}`);
}

/** Makes a request with the key from the settings, unless its headers say otherwise. */
export function send(world: World, operation: Operation, ask: Ask): Promise<Response> {
  const text = ask.text ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
  const sent = (ask.to ?? world.app).request(addressOf(operation, ask), {
    method: operation.method,
    headers: {
      ...world.authorized(),
      ...(text !== undefined && { "Content-Type": "application/json" }),
      ...ask.headers,
    },
    ...(text !== undefined && { body: text }),
  });
  return Promise.resolve(sent);
}
