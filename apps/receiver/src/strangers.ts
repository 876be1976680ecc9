import { rateCap } from "@verdict/domain";
import { rememberingOne, sourcePrefix } from "@verdict/runtime";
import type { RefusalLedger } from "@verdict/services";

/** What the receiver keeps of requests that prove nothing: a count, and a limit to how many are answered in full. */
export type Strangers = {
  /** Counts a refused request by the network it came from. False: its source or its route sends too many. */
  refuse(route: string, reason: string, address: string): boolean;
  /** Whether a token that only a store can judge may be looked up for this address. */
  mayBeLookedUp(address: string): boolean;
};

export type StrangerLimits = {
  /** Refusals a second, by network. 0: no limit. */
  perSource: number;
  /** Refusals a second, by route. 0: no limit. */
  perRoute: number;
};

/** An honest sender with a wrong key may knock a while before it is told to slow down. */
const BURST_SECONDS = 10;

/** Networks remembered at a time. */
const SOURCES_MAX = 10_000;

/**
 * The limits apply to what was refused anyway: whoever has a genuine token is never in the way of a flood, even from the
 * same address. Beyond the limits a request is answered 429, but still counted under what was wrong with it.
 */
export function strangers(
  { perSource, perRoute }: StrangerLimits,
  ledger: Pick<RefusalLedger, "count">,
  clock: () => number,
): Strangers {
  const capOf = (perSecond: number) => rateCap({ perSecond, burstSeconds: BURST_SECONDS, keys: SOURCES_MAX });
  const [sourceCap, routeCap, lookUpCap] = [capOf(perSource), capOf(perRoute), capOf(perSource)];
  const networkOf = rememberingOne(sourcePrefix);
  return {
    refuse(route, reason, address) {
      const network = networkOf(address);
      ledger.count(route, reason, network);
      const now = clock();
      return sourceCap(network, now) && routeCap(route, now);
    },
    mayBeLookedUp: (address) => lookUpCap(networkOf(address), clock()),
  };
}
