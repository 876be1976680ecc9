import type { Delivery, DeliveryAttempt, Endpoint } from "@verdict/db";
import {
  ATTEMPT_OUTCOMES,
  type Caller,
  DELIVERY_STATES,
  DISABLED_WHYS,
  ENDPOINT_STATES,
  EVENT_TYPES,
  reaches,
} from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { describeEvent, EventSchema } from "@verdict/services";
import { z } from "zod";

const instant = z.iso.datetime();

export const EndpointSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  url: z.string(),
  types: z.array(z.enum(EVENT_TYPES)).nullable().describe("Only events of these; null: of all"),
  routes: z.array(z.string()).nullable(),
  state: z.enum(ENDPOINT_STATES).describe("Events for a disabled one wait"),
  disabledWhy: z.enum(DISABLED_WHYS).nullable(),
  disabledAt: instant.nullable(),
  failingSince: instant.nullable().describe("Since when every attempt has failed"),
  previousSecretUntil: instant.nullable().describe("Until then the secret before this one signs as well"),
  pending: z.int().describe("Events on their way"),
  givenUp: z.int().describe("Events whose schedule is used up"),
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
});

const fields = {
  name: plainText(80).min(1),
  url: z.string().describe("https://, to a host with public addresses only, unless an operator allows it"),
  types: z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length).nullable().describe("Null: all"),
  routes: z.array(plainText(32)).min(1).max(200).nullable().describe("Null: all, and what belongs to none"),
};

export const NewEndpoint = z.strictObject({
  ...fields,
  types: fields.types.default(null),
  routes: fields.routes.default(null),
});

export const EndpointChange = z
  .strictObject({ ...fields, state: z.enum(ENDPOINT_STATES).describe("One that is switched on gets what has waited") })
  .partial();

export const Warning = z
  .enum(["unresolved"])
  .nullable()
  .describe("unresolved: the host's name leads nowhere at the moment");

export const SecretShown = z
  .string()
  .describe("What signs what is sent, as Standard Webhooks writes it. Shown this once");

export function describeEndpoint(row: Endpoint, now: Date): z.output<typeof EndpointSchema> {
  const { id, name, url, types, routes, state, disabledWhy, pending, givenUp, createdBy, previousUntil } = row;
  return {
    ...{ id, name, url, types, routes, state, disabledWhy },
    disabledAt: text(row.disabledAt),
    failingSince: text(row.failingSince),
    previousSecretUntil: text(previousUntil && previousUntil > now ? previousUntil : null),
    ...{ pending, givenUp, createdBy },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** An endpoint as a caller finds it: null as well when it gets what is not his. */
export const endpointSeenBy = <Row extends { routes: string[] | null }>(caller: Caller, row: Row | null): Row | null =>
  row && caller.routes !== null && !(row.routes?.every((route) => reaches(caller, route)) ?? false) ? null : row;

export const DeliverySchema = z.object({
  id: z.uuid(),
  endpointId: z.uuid(),
  eventId: z.uuid().describe("Sent as `webhook-id`"),
  type: z.enum(EVENT_TYPES),
  route: z.string(),
  subjectId: z.uuid(),
  verificationId: z.uuid().nullable(),
  version: z.int(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int().describe("Made since it was put on its way, or put back on it"),
  nextAttemptAt: instant.nullable(),
  lastStatus: z.int().nullable(),
  lastError: z.string().nullable(),
  createdAt: instant,
  endedAt: instant.nullable(),
});

export function describeDelivery({ event, ...row }: Delivery): z.output<typeof DeliverySchema> {
  const { id, endpointId, eventId, type, route, state, attempts, lastStatus, lastError } = row;
  const { subjectId, verificationId, version } = event;
  return {
    ...{ id, endpointId, eventId, type, route, subjectId, verificationId, version },
    ...{ state, attempts, nextAttemptAt: text(row.nextAttemptAt), lastStatus, lastError },
    createdAt: row.createdAt.toISOString(),
    endedAt: text(row.endedAt),
  };
}

export const DeliveryWithAttempts = DeliverySchema.extend({
  endpointName: z.string().nullable().describe("Null: it was deleted"),
  event: EventSchema,
  attemptLog: z.array(
    z.object({
      at: instant,
      durationMs: z.int(),
      outcome: z.enum(ATTEMPT_OUTCOMES),
      status: z.int().nullable(),
      error: z.string().nullable(),
      body: z.string().describe("The beginning of the answer"),
    }),
  ),
});

export const describeWithAttempts = (
  delivery: Delivery,
  endpointName: string | null,
  log: readonly DeliveryAttempt[],
): z.output<typeof DeliveryWithAttempts> => ({
  ...describeDelivery(delivery),
  endpointName,
  event: describeEvent(delivery.event),
  attemptLog: log.map(({ at, durationMs, outcome, status, error, body }) => ({
    ...{ at: at.toISOString(), durationMs, outcome, status, error, body },
  })),
});

const text = (at: Date | null): string | null => at?.toISOString() ?? null;
