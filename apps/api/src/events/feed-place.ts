import type { FeedPlace } from "@verdict/db";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";

/** More digits would not fit the database's whole numbers. */
const Place = z.tuple([z.string().regex(/^\d{1,18}$/), z.guid()]);

/** A place in the feed, as text that consumers pass back unread. */
export const encodePlace = ({ position, id }: FeedPlace): string => encodeCursor([position, id]);

/** Where to begin or go on: behind a place, or (`end`) behind everything there is. */
export const placeField = z
  .string()
  .max(200)
  .transform((text, context): FeedPlace | "end" => {
    if (text === "end") return "end";
    const place = decodeCursor(text, Place);
    if (place) return { position: place[0], id: place[1].toLowerCase() };
    context.addIssue({ code: "custom", message: "not a cursor of the feed" });
    return z.NEVER;
  });
