import { type Db, type FeedFilter, findFeedEnd, readFeed } from "@verdict/db";
import { type Caller, EVENT_TYPES, may } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import type { Logger } from "@verdict/runtime";
import { describeEvent, EventSchema } from "@verdict/services";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { problem } from "../http/problem.ts";
import { routesFor, several } from "../verifications/filter-query.ts";
import { encodePlace, placeField } from "./feed-place.ts";
import { followFeed, type Part } from "./follow-feed.ts";
import { liveFeed, STRETCH } from "./live-feed.ts";
import { streamEvents } from "./stream-events.ts";

export type EventDeps = {
  db: Db;
  log: Logger;
  /** Aborted when the process begins to stop: streams and waits end. */
  stopping?: AbortSignal;
  /** A stream says so often that it is still there. */
  heartbeatMs?: number;
};

const query = z.object({
  cursor: placeField
    .optional()
    .describe(
      "The last `nextCursor`. `end`: only what comes from now on. Without one: from the oldest event that is kept",
    ),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("Of a page"),
  type: several(z.enum(EVENT_TYPES)).optional().describe("One or several types, separated by commas"),
  route: plainText(200).optional(),
  verificationId: plainText(200).optional().describe("Its own events, and those of its discrepancies and alerts"),
  wait: z.coerce.number().int().min(0).max(60).default(0).describe("So many seconds a page waits for its first event"),
});

const PageSchema = z.object({
  items: z.array(EventSchema),
  nextCursor: z.string().describe("Where to go on. Always given: the feed has no end, only nothing new"),
  hasMore: z
    .boolean()
    .describe("Whether it is worth while to go on at once. A filtered page may be empty and have more"),
});

const eventsCall = call({
  id: "listEvents",
  tag: "Events",
  permission: "events.read",
  concerns: "routes",
  method: "get",
  path: "/v1/events",
  summary: "Read what happened, in the order it is told, as pages or as a stream",
  description:
    "Whoever goes on at `nextCursor` gets each event once and misses none. With `Accept: text/event-stream` the same comes as " +
    "server-sent events: the `id` of each is a cursor, `Last-Event-ID` goes before `cursor`, and a comment every 15 seconds keeps the " +
    "connection open. The outcome of a verification with an open discrepancy that puts it in doubt is told when somebody has closed " +
    "that. Events can be applied in any order: of two about the same `subjectId`, the higher `version` holds.",
  request: { query, headers: z.object({ "last-event-id": placeField.optional() }) },
  answers: {
    200: {
      description: "A page, or the stream",
      content: { "application/json": { schema: PageSchema }, "text/event-stream": { schema: z.string() } },
    },
  },
  refuses: ["cursor_gone"],
});

const HEARTBEAT_MS = 15_000;

/** A stream asks so seldom whether its reader may still read. */
const ASK_AGAIN_MS = 1_000;

export const eventRoutes = ({ db, log, stopping, heartbeatMs = HEARTBEAT_MS }: EventDeps) => {
  const onError = (error: unknown) => log.warn({ err: error }, "the feed of events could not be read");
  const live = liveFeed({ db, onError });

  return calls().openapi(eventsCall, async (c) => {
    const { cursor, limit, type: types, route, verificationId, wait } = c.req.valid("query");
    const from = c.req.valid("header")["last-event-id"] ?? cursor;
    const after = from === "end" ? await findFeedEnd(db) : from;
    const filter: FeedFilter = { types, routes: routesFor(c.var.caller, route), verificationId };
    const streams = c.req.header("Accept")?.includes("text/event-stream") ?? false;

    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, c.req.raw.signal, ...(stopping ? [stopping] : [])]);
    const read = (wanted: FeedFilter, place: typeof after) =>
      readFeed(db, wanted, { after: place, limit: streams ? STRETCH : limit });
    const follow = followFeed({ live, read }, filter, { after, signal, tickMs: heartbeatMs / 5 });
    // A reader whose cursor leads nowhere is told so, which a stream no longer could.
    const { value: first } = await follow.next();
    if (first?.kind !== "read") {
      await follow.return();
      return problem(c, "cursor_gone");
    }
    if (streams) {
      const stillMay = remembered(async () => isSame(c.var.caller, await c.var.findAgain()));
      return streamEvents(c, startingWith(first, follow), { heartbeatMs, end: () => ended.abort(), stillMay, onError });
    }
    const until = setTimeout(() => ended.abort(), wait * 1_000);
    const page = wait > 0 ? await firstWithEvents(first, follow) : first;
    clearTimeout(until);
    await follow.return();
    const items = page.events.slice(0, limit);
    const cut = items.length < page.events.length ? items.at(-1) : undefined;
    const nextCursor = encodePlace(cut?.place ?? page.next);
    return c.json({ items: items.map(describeEvent), nextCursor, hasMore: page.more || cut !== undefined }, 200);
  });
};

type Page = Extract<Part, { kind: "read" }>;

/** The first part that is worth an answer, or the last one before there are no more. */
async function firstWithEvents(first: Page, rest: AsyncIterable<Part>): Promise<Page> {
  let page = first;
  if (page.events.length > 0) return page;
  for await (const part of rest) {
    if (part.kind !== "read") break;
    page = part;
    if (page.events.length > 0) break;
  }
  return page;
}

async function* startingWith(first: Part, rest: AsyncIterable<Part>): AsyncGenerator<Part, void> {
  yield first;
  yield* rest;
}

/** Asks at most once a second. */
function remembered(ask: () => Promise<boolean>): () => Promise<boolean> {
  let answer = true;
  let askedAt = performance.now();
  return async () => {
    if (performance.now() - askedAt < ASK_AGAIN_MS) return answer;
    askedAt = performance.now();
    answer = await ask();
    return answer;
  };
}

/** Whether somebody still is who he was, and may do the same. */
const isSame = (before: Caller, now: Caller | null): boolean =>
  now !== null && may(now, "events.read") && JSON.stringify(now.routes) === JSON.stringify(before.routes);
