import { type Networks, parseNetworks } from "../src/index.ts";

export function givenNetworks(...entries: string[]): Networks {
  const networks = parseNetworks(entries);
  if ("wrong" in networks) throw new Error(`${networks.wrong} is no network.`);
  return networks;
}
