import { durable } from "./durable.ts";
import { endToEnd } from "./end-to-end.ts";
import { forged } from "./forged.ts";
import { growth } from "./growth.ts";
import { memory } from "./memory.ts";
import type { SectionName } from "./names.ts";
import { paced } from "./paced.ts";
import { peers } from "./peers.ts";
import { providerSlow } from "./provider-slow.ts";
import { reconcile } from "./reconcile.ts";
import { search } from "./search.ts";
import type { Section } from "./section.ts";
import { slowClients } from "./slow-clients.ts";
import { sqlGrowth } from "./sql-growth.ts";

export const SECTIONS: Readonly<Record<SectionName, Section>> = {
  forged,
  durable,
  paced,
  memory,
  growth,
  "provider-slow": providerSlow,
  "slow-clients": slowClients,
  reconcile,
  "end-to-end": endToEnd,
  "sql-growth": sqlGrowth,
  search,
  peers,
};
