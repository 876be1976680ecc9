import { COUNT_GROUPS, type Db } from "@verdict/db";
import { PRODUCTS } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { type Statistics, statistics } from "@verdict/services";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { instant } from "../http/instant.ts";
import { problem } from "../http/problem.ts";
import { json } from "../http/responses.ts";
import { routesFor, several } from "../verifications/filter-query.ts";
import { StatisticsSchema } from "./stats-schema.ts";

export type StatsDeps = { db: Db; now: () => Date };

const DAY_MS = 86_400_000;

/** How much one answer may cover, and how much it does when nobody says. */
const SPAN = { hour: { most: 31 * DAY_MS, usual: DAY_MS }, day: { most: 731 * DAY_MS, usual: 30 * DAY_MS } };

const query = z.object({
  from: instant
    .optional()
    .describe("By default 30 days before `to`, by the hour one day; up to 731 days, by the hour 31"),
  to: instant.optional().describe("Now, if it is left out"),
  by: z.enum(["hour", "day"]).default("day").describe("Days are from midnight to midnight UTC"),
  groupBy: several(z.enum(COUNT_GROUPS)).default([]).describe("Of route, product and sceneCode, separated by commas"),
  route: plainText(200).optional(),
  product: z.enum(PRODUCTS).optional(),
  sceneCode: plainText(200).optional(),
});

const statsCall = call({
  id: "getStatistics",
  tag: "Statistics",
  permission: "stats.read",
  concerns: "routes",
  method: "get",
  path: "/v1/stats",
  summary: "Count how verifications end, how long that takes, where users leave and whether callbacks arrive",
  description:
    "A verification counts in the hour or day it was created in, whatever becomes of it later. Read from counts that a worker keeps; " +
    "`staleSince` tells since when they have not been quite up to date.",
  request: { query },
  answers: { 200: json(StatisticsSchema, "Each hour or day in which something began, and the totals") },
});

export const statsRoutes = ({ db, now }: StatsDeps) =>
  calls().openapi(statsCall, async (c) => {
    const { by, route, from: begin, to = now(), ...rest } = c.req.valid("query");
    const from = begin ?? new Date(to.getTime() - SPAN[by].usual);
    const span = to.getTime() - from.getTime();
    if (span <= 0 || span > SPAN[by].most) {
      const message = `before \`to\` by no more than ${SPAN[by].most / DAY_MS} days`;
      return problem(c, "invalid_request", { detail: `from: ${message}`, errors: [{ path: "from", message }] });
    }
    const routes = routesFor(c.var.caller, route);
    return c.json(asJson(await statistics(db, { ...rest, from, to, by, routes })), 200);
  });

const asJson = ({ from, to, staleSince, items, ...rest }: Statistics) => ({
  ...rest,
  from: from.toISOString(),
  to: to.toISOString(),
  timeZone: "UTC" as const,
  staleSince: staleSince?.toISOString() ?? null,
  items: items.map((item) => ({ ...item, at: item.at.toISOString() })),
});
