import { PERMISSIONS } from "@verdict/domain";
import { newKey } from "../../src/access/key-format.ts";
import { bearer, givenKey } from "../access/callers.ts";
import { API_KEY } from "../support.ts";
import { type Ask, addressOf, type Script, send } from "./ask.ts";
import type { Operation } from "./document.ts";
import type { World } from "./world.ts";

type Request = (world: World, operation: Operation, script: Script) => Promise<Response>;

const asKey = (key: string, ask: Ask | undefined): Ask => ({ ...ask, headers: { ...ask?.headers, ...bearer(key) } });

const asTab = (tab: World["admin"], operation: Operation, ask: Ask = {}, headers = {}) =>
  tab.request(addressOf(operation, ask), { method: operation.method, body: ask.body, headers });

/** What any call may be refused with, made of a request that is in order. */
export const ANY_CALL: Record<string, Request> = {
  unauthenticated: (world, operation, { sample }) => send(world, operation, asKey("vk_nobody", sample)),
  forbidden: async (world, operation, { sample }) => {
    const scopes = PERMISSIONS.filter((one) => one !== operation.permission);
    return send(world, operation, asKey((await givenKey(world, { scopes })).key, sample));
  },
  cross_site: (world, operation, { sample }) =>
    asTab(world.admin, operation, sample, { Origin: "https://elsewhere.example" }),
  password_change_required: (world, operation, { sample }) => asTab(world.newcomer, operation, sample),
  not_found: (world, operation, { sample }) => send(world, operation, { ...sample }),
  invalid_request: (world, operation, { sample }) =>
    send(world, operation, operation.hasBody ? { ...sample, text: "{" } : { ...sample, query: nonsense(operation) }),
  too_large: (world, operation, { sample }) => send(world, operation, { ...sample, text: " ".repeat(2_000_001) }),
  unsupported_media_type: (world, operation, { sample }) =>
    send(world, operation, { ...sample, headers: { ...sample?.headers, "Content-Type": "text/plain" } }),
  internal_error: (world, operation, script) => send(world, operation, unwell(world.hollow, script)),
  unavailable: (world, operation, script) => send(world, operation, unwell(world.away, script)),
};

/** To an API whose database fails. */
const unwell = ({ app: to }: World["hollow"], { sample, asksNoDatabase }: Script): Ask => ({
  ...asKey(asksNoDatabase ? NOBODYS_KEY : API_KEY, sample),
  to,
});

/** Is well-formed, so that it has to be looked up. */
const NOBODYS_KEY = newKey().key;

/** Whatever a parameter is, this is none. */
const nonsense = ({ query }: Operation) => Object.fromEntries(query.map((name) => [name, "\0"]));
