import type { FeedEvent } from "@verdict/db";
import { DISCREPANCIES, EVENT_TYPES, type EventType, PRODUCTS } from "@verdict/domain";
import { z } from "zod";

const instant = z.iso.datetime();

/** What every event says, whatever it tells. */
const envelope = {
  id: z.uuid().describe("The same each time the event is told"),
  at: instant.describe("When it happened. One that was held back is told later"),
  route: z.string(),
  subjectId: z.uuid().describe("The verification, discrepancy or alert it tells of"),
  version: z
    .int()
    .positive()
    .describe("Of two events about the same subject, the higher one holds, whichever comes first"),
  verificationId: z.uuid().nullable().describe("The verification it has to do with; null: a whole route"),
};

const claim = z
  .object({ passed: z.boolean(), subCode: z.string() })
  .nullable()
  .describe("What a callback said. Not proof of anything");

/** A verification as it stood after a move. Nothing in it is personal, unless the company makes its merchantBizId so. */
const verification = {
  product: z.enum(PRODUCTS),
  merchantBizId: z.string(),
  sceneCode: z.string().nullable(),
  transactionId: z.string().nullable(),
  cause: z.string().describe("Why it moved"),
  claim,
  passed: z.null().describe("Known once the provider has confirmed it"),
  subCode: z.null(),
  outcomeSource: z.string().nullable().describe("Where the outcome comes from; null: there is none yet"),
  walkAway: z
    .object({ progress: z.string(), errorCode: z.string().nullable(), page: z.string().nullable() })
    .nullable()
    .describe("How far the user got, if it expired and the provider told"),
  errorCode: z.string().nullable().describe("What the provider said in place of starting it"),
};
const confirmed = { ...verification, subCode: z.string().nullable(), outcomeSource: z.string() };
const ended = { ...verification, outcomeSource: z.string() };

const discrepancy = {
  discrepancy: z.enum(DISCREPANCIES),
  openedAt: instant,
};

const alert = {
  rule: z.string(),
  severity: z.enum(["critical", "warning"]),
  detail: z.string().nullable(),
  discrepancyId: z.uuid().nullable().describe("The discrepancy it is about"),
  openedAt: instant,
};

const event = <Type extends EventType, Data extends z.ZodRawShape>(type: Type, summary: string, data: Data) =>
  z.object({ type: z.literal(type), ...envelope, data: z.object(data) }).meta({ title: type, description: summary });

const status = <Status extends string>(value: Status) => ({ status: z.literal(value) });

/** What each event says. Fields may be added; none is taken away or changes its meaning. */
export const EVENT_SCHEMAS = {
  "verification.started": event("verification.started", "The provider has opened the session; the user may begin", {
    ...status("awaiting"),
    ...verification,
  }),
  "verification.claimed": event("verification.claimed", "A callback says how it ended; the provider is being asked", {
    ...status("claimed"),
    ...verification,
  }),
  "verification.passed": event("verification.passed", "The provider has confirmed that the user passed", {
    ...status("passed"),
    ...confirmed,
    passed: z.literal(true),
  }),
  "verification.failed": event("verification.failed", "The provider has confirmed that the user did not pass", {
    ...status("failed"),
    ...confirmed,
    passed: z.literal(false),
  }),
  "verification.expired": event(
    "verification.expired",
    "Its time is over without a result. Late evidence may still lead to one, told with a higher version",
    { ...status("expired"), ...ended },
  ),
  "verification.init_failed": event("verification.init_failed", "The provider never opened the session", {
    ...status("init_failed"),
    ...ended,
  }),
  "verification.unresolvable": event(
    "verification.unresolvable",
    "There may have been a result, and it can no longer be known. A face check that is paid for again may bring one",
    { ...status("unresolvable"), ...ended },
  ),
  "verification.voided": event("verification.voided", "A person has declared it void", {
    ...status("voided"),
    ...ended,
  }),
  "discrepancy.opened": event("discrepancy.opened", "Evidence disagrees, or matches nothing", {
    ...status("open"),
    ...discrepancy,
  }),
  "discrepancy.closed": event("discrepancy.closed", "A person has looked into it, or it has found its session", {
    ...status("closed"),
    ...discrepancy,
  }),
  "alert.opened": event("alert.opened", "Somebody must know", { ...status("open"), ...alert }),
  "alert.acknowledged": event("alert.acknowledged", "Somebody looks after it", { ...status("acknowledged"), ...alert }),
  "alert.resolved": event("alert.resolved", "It is over", { ...status("resolved"), ...alert }),
} satisfies Record<EventType, z.ZodType>;

type Schemas = typeof EVENT_SCHEMAS;
const [first, ...others] = EVENT_TYPES.map((type): Schemas[EventType] => EVENT_SCHEMAS[type]);
if (!first) throw new Error("There are no events.");

/** Any event. */
export const EventSchema = z.discriminatedUnion("type", [first, ...others]);

export type EventView = z.output<typeof EventSchema>;

/** The JSON Schema of an event, as consumers read it: fields that come later break nothing. The same stand in docs/events. */
export const eventJsonSchema = (type: EventType) =>
  z.toJSONSchema(EVENT_SCHEMAS[type], {
    io: "input",
    override: ({ jsonSchema }) => {
      // The format says it, and better.
      if (jsonSchema.format) delete jsonSchema.pattern;
    },
  });

/** An event as the company's systems get it. */
export const describeEvent = ({
  id,
  type,
  at,
  route,
  subjectId,
  version,
  verificationId,
  data,
}: FeedEvent): EventView =>
  ({ id, type, at: at.toISOString(), route, subjectId, version, verificationId, data }) as unknown as EventView;
