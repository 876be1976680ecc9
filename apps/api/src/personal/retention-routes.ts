import { type Db, listRetentionRuns, type RetentionRun, type RetentionState, readRetentionState } from "@verdict/db";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { json } from "../http/responses.ts";

export type RetentionRoutesDeps = {
  db: Db;
  /** Days by class; null: never deleted. */
  retention: Readonly<Record<string, number | null>>;
};

const RunSchema = z.object({
  id: z.uuid(),
  class: z.string(),
  keptDays: z.number(),
  before: z.iso.datetime().describe("Everything older was deleted"),
  deleted: z.number(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
});

const ClassSchema = z.object({
  class: z.string(),
  lastRunAt: z.iso.datetime().nullable().describe("Null: it has never succeeded"),
  lastDeleted: z.number().describe("Rows that the last run deleted"),
  deletedTotal: z.number().describe("Rows that all runs have deleted"),
  failingSince: z.iso.datetime().nullable().describe("Null: the last run succeeded"),
});

const settingsCall = call({
  id: "getRetention",
  tag: "Operations",
  permission: "retention.read",
  concerns: "everything",
  method: "get",
  path: "/v1/retention",
  summary: "How long each class of data is kept, in days, and when what is older was last deleted",
  answers: {
    200: json(
      z.object({
        keptDays: z.record(z.string(), z.number().nullable()),
        classes: z.array(ClassSchema).describe("Those that the job has been at"),
      }),
      "Null: never deleted",
    ),
  },
});

const runsCall = call({
  id: "listRetentionRuns",
  tag: "Operations",
  permission: "retention.read",
  concerns: "everything",
  method: "get",
  path: "/v1/retention/runs",
  summary: "What was deleted for its age, the last first; a run that deleted nothing is told once a day",
  request: { query: z.object(pageQuery) },
  answers: { 200: json(pageSchema(RunSchema), "A page; nextCursor is null on the last one") },
});

export const retentionRoutes = ({ db, retention }: RetentionRoutesDeps) =>
  calls()
    .openapi(settingsCall, async (c) => {
      const classes = (await readRetentionState(db)).map(describeClass);
      return c.json({ keptDays: { ...retention }, classes }, 200);
    })
    .openapi(runsCall, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await listRetentionRuns(db, { limit: limit + 1, after: cursor });
      const places = rows.map((row) => ({ ...row, openedAt: row.endedAt }));
      return c.json(pageOf(places, limit, describeRun), 200);
    });

const describeRun = ({ id, class: of, keptDays, before, deleted, startedAt, endedAt }: RetentionRun) => ({
  ...{ id, class: of, keptDays, deleted },
  before: before.toISOString(),
  startedAt: startedAt.toISOString(),
  endedAt: endedAt.toISOString(),
});

const describeClass = ({ class: of, lastRunAt, lastDeleted, deletedTotal, failingSince }: RetentionState) => ({
  ...{ class: of, lastDeleted, deletedTotal },
  lastRunAt: lastRunAt?.toISOString() ?? null,
  failingSince: failingSince?.toISOString() ?? null,
});
