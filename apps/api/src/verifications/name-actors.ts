import { type Db, findActorNames } from "@verdict/db";
import { type Caller, may } from "@verdict/domain";
import type { verificationTimeline } from "@verdict/services";

type Entry = Awaited<ReturnType<typeof verificationTimeline>>[number];

/**
 * A timeline with the names of those who acted, for whoever is told as well who works the alerts. Evidence holds ids: a name is the
 * one of today, and null for an actor that is a word, like `bootstrap`.
 */
export async function nameActors(db: Db, caller: Caller, entries: Entry[]) {
  if (!may(caller, "alerts.read")) return entries;
  const names = await findActorNames(
    db,
    entries.flatMap((entry) => (entry.type === "action" ? entry.actor : [])),
  );
  return entries.map((entry) =>
    entry.type === "action" ? { ...entry, actorName: names.get(entry.actor) ?? null } : entry,
  );
}
