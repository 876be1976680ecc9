import { type Db, hasApiKey, hasPeople } from "@verdict/db";
import type { Logger } from "@verdict/runtime";

type Deps = {
  db: Db;
  now: () => Date;
  log: Logger;
  publicUrl: string;
  settings: { production: boolean; API_BOOTSTRAP_KEY?: string | undefined; AUTH_SECRET?: string | undefined };
};

/** Says what about access is probably not meant so. Never stands in the way: Postgres may be away. */
export async function warnOfAccess({ db, now, log, publicUrl, settings }: Deps): Promise<void> {
  if (!settings.AUTH_SECRET) log.warn("AUTH_SECRET is not set: people are signed out when this process ends");
  if (settings.production && publicUrl.startsWith("http:")) {
    log.warn("API_PUBLIC_URL is not https: sessions of people travel in the clear");
  }
  if (settings.API_BOOTSTRAP_KEY) return;
  const somebody = await Promise.all([hasPeople(db), hasApiKey(db, now())]).catch(() => null);
  if (somebody?.every((there) => !there)) {
    log.warn("there are no people, no keys and no API_BOOTSTRAP_KEY: every call is refused; see verdict users add");
  }
}
