import { type Db, findEndpoint } from "@verdict/db";
import type { AllowList, DeliveryClient, Resolve } from "@verdict/delivery";
import type { Caller } from "@verdict/domain";
import type { DetailCipher } from "@verdict/services";
import type { Context } from "hono";
import { problem } from "../http/problem.ts";
import { endpointSeenBy } from "./endpoint-schemas.ts";

export type EndpointDeps = {
  db: Db;
  now: () => Date;
  cipher: DetailCipher;
  /** What sends, and what it may send to. */
  delivery: { client: DeliveryClient; allowed: AllowList; resolve: Resolve };
};

/** An endpoint that the caller sees, or null. */
export const findSeenBy = async (caller: Caller, db: Db, id: string) =>
  endpointSeenBy(caller, await findEndpoint(db, id));

export const noSuchEndpoint = (c: Context, id: string) =>
  problem(c, "not_found", { detail: `There is no endpoint ${id}.` });
