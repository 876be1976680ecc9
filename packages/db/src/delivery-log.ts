import type { DeliveryState, EventType, Reach } from "@verdict/domain";
import { and, asc, desc, eq, getTableColumns, gte, inArray, lt, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import type { FeedEvent } from "./events.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { deliveries, deliveryAttempts, endpoints, events } from "./schema.ts";

/** A delivery with what its event is about. */
export type Delivery = typeof deliveries.$inferSelect & { event: FeedEvent };

export type DeliveryAttempt = typeof deliveryAttempts.$inferSelect;

export type DeliveryFilter = {
  endpointId: string;
  states?: readonly DeliveryState[] | undefined;
  types?: readonly EventType[] | undefined;
  /** Only of these; null: of all. */
  routes?: Reach | undefined;
  verificationId?: string | undefined;
  /** When it was first put on its way: then or later, and before. */
  from?: Date | undefined;
  to?: Date | undefined;
};

const { position: _position, heldBy: _heldBy, ...eventColumns } = getTableColumns(events);

const columns = { ...getTableColumns(deliveries), event: eventColumns };

/** What is and was sent to an endpoint, newest first. */
export const listDeliveries = (db: Db, filter: DeliveryFilter, { limit, after }: Page): Promise<Delivery[]> => {
  const { endpointId, states, types, routes, verificationId, from, to } = filter;
  return db.orm
    .select(columns)
    .from(deliveries)
    .innerJoin(events, eq(events.id, deliveries.eventId))
    .where(
      and(
        eq(deliveries.endpointId, endpointId),
        states && inArray(deliveries.state, [...states]),
        types && inArray(deliveries.type, [...types]),
        routes ? inArray(deliveries.route, [...routes]) : undefined,
        verificationId !== undefined ? ofVerification(verificationId) : undefined,
        from && gte(deliveries.createdAt, from),
        to && lt(deliveries.createdAt, to),
        after && isBehind({ openedAt: deliveries.createdAt, id: deliveries.id }, after),
      ),
    )
    .orderBy(desc(deliveries.createdAt), desc(deliveries.id))
    .limit(limit);
};

const ofVerification = (id: string) => (isUuid(id) ? eq(events.verificationId, id) : sql`false`);

/** A delivery with the name of its endpoint, which is null when that was deleted. Null for text that cannot be an id. */
export async function findDelivery(
  db: Db,
  id: string,
): Promise<(Delivery & { endpoint: { name: string; routes: string[] | null } | null }) | null> {
  if (!isUuid(id)) return null;
  const [found] = await db.orm
    .select({ ...columns, endpoint: { name: endpoints.name, routes: endpoints.routes } })
    .from(deliveries)
    .innerJoin(events, eq(events.id, deliveries.eventId))
    .leftJoin(endpoints, eq(endpoints.id, deliveries.endpointId))
    .where(eq(deliveries.id, id));
  return found ?? null;
}

/** Every attempt of a delivery, oldest first. */
export const listDeliveryAttempts = (db: Db, deliveryId: string): Promise<DeliveryAttempt[]> =>
  db.orm
    .select()
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.deliveryId, deliveryId))
    .orderBy(asc(deliveryAttempts.at), asc(deliveryAttempts.id));
