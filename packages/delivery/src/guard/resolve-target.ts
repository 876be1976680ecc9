import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { AllowList, Target } from "./allow-list.ts";
import { type AddressRefusal, judgeAddress } from "./judge-address.ts";

/** The addresses of a host name, at least one. Rejects when there are none, or nobody can say. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Asks what the machine itself would ask: its hosts file, then its name servers. */
export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

export type Resolution =
  | { kind: "resolved"; addresses: readonly string[] }
  | { kind: "unresolved" }
  | { kind: "refused"; reason: AddressRefusal };

/**
 * The addresses a target stands for now. One that may not be connected to refuses them all: a name with an internal
 * address among public ones is an attack or a mistake.
 */
export async function resolveTarget(target: Target, allowed: AllowList, resolve: Resolve): Promise<Resolution> {
  const addresses = isIP(target.host) ? [target.host] : await resolve(target.host).catch(() => []);
  for (const address of addresses) {
    const verdict = judgeAddress(address, allowed, target);
    if (!verdict.ok) return { kind: "refused", reason: verdict.reason };
  }
  return addresses.length === 0 ? { kind: "unresolved" } : { kind: "resolved", addresses };
}
