import { openDatabase } from "@verdict/db";
import { environment, readCallbackRoutes, readEnv, readRoutes } from "@verdict/runtime";
import type { FoundSettings } from "../settings/find-settings.ts";
import { checkAccess } from "./check-access.ts";
import { checkApps } from "./check-apps.ts";
import { checkCallbackUrl } from "./check-callback-url.ts";
import { checkEvents } from "./check-events.ts";
import { checkPostgres } from "./check-postgres.ts";
import { checkProvider, checkProviderClock } from "./check-provider.ts";
import { checkQueue } from "./check-queue.ts";
import { checkSettings, ifReadable } from "./check-settings.ts";
import { checkLedger, checkWork } from "./check-work.ts";
import { type Finding, findingsAbout } from "./finding.ts";

/**
 * Looks at everything a deployment needs, all at once, and gives the findings in the order in which a person mends things. A
 * setting that is wrong hides only what depends on it.
 */
export function examine({ production, dataDir, given, running }: FoundSettings): Promise<Finding[]>[] {
  const read = <T>(reader: () => T) => ifReadable(reader);
  const databaseUrl = read(() => readEnv(environment(production).pick({ DATABASE_URL: true }), given).DATABASE_URL);
  const queue = read(() => readEnv(environment(production).pick(queueSettings), given));
  const base = read(() => readEnv(environment(production).pick({ PUBLIC_CALLBACK_BASE_URL: true }), given));
  const grace = read(() => readEnv(environment(production).pick({ EXPIRY_GRACE_SECONDS: true }), given));
  const routes = read(() => readRoutes(given)) ?? [];
  const callbackRoutes = read(() => readCallbackRoutes(given)) ?? [];
  const realProvider = routes.some(({ endpoint }) => !isLoopback(new URL(endpoint).hostname));
  const bootstrapKey = Boolean(given.API_BOOTSTRAP_KEY);
  const queueUrl = queue?.QUEUE_URL ?? databaseUrl;

  return [
    Promise.resolve(needsStack({ given, running, dataDir, production }) ?? checkSettings(given)),
    checkApps(running, dataDir).then(alone),
    databaseUrl
      ? checkDatabase(databaseUrl, { grace: grace?.EXPIRY_GRACE_SECONDS ?? 0, bootstrapKey, production })
      : none(),
    queue && queueUrl
      ? checkQueue({
          url: queueUrl,
          prefix: queue.QUEUE_PREFIX,
          sinks: queue.RECEIPT_SINKS,
          mayForget: queue.ALLOW_FORGETFUL_QUEUE,
        })
      : none(),
    ...routes.map((route) => checkProvider(route).then(alone)),
    ...[...new Set(routes.map(({ endpoint }) => endpoint))].map((endpoint) =>
      checkProviderClock(endpoint).then((found) => (found ? [found] : [])),
    ),
    ...(base
      ? callbackRoutes.map((route) => checkCallbackUrl(route, { base: base.PUBLIC_CALLBACK_BASE_URL, realProvider }))
      : []),
  ];
}

const queueSettings = {
  QUEUE_URL: true,
  QUEUE_PREFIX: true,
  RECEIPT_SINKS: true,
  ALLOW_FORGETFUL_QUEUE: true,
} as const;

const alone = (finding: Finding): Finding[] => [finding];
const none = async (): Promise<Finding[]> => [];

/** In development the settings come into being with the first start: a list of what is missing would only puzzle. */
function needsStack({ given, running, dataDir, production }: FoundSettings): Finding[] | null {
  if (running || production || given.DATABASE_URL) return null;
  const { fail } = findingsAbout("settings");
  return [fail(`DATABASE_URL: not set, and nothing runs on ${dataDir}`, "npm start, or set what the apps are given")];
}

type DatabaseOptions = { grace: number; bootstrapKey: boolean; production: boolean };

async function checkDatabase(url: string, { grace, bootstrapKey, production }: DatabaseOptions): Promise<Finding[]> {
  const db = openDatabase(url, { max: 2, connectTimeout: 5 });
  try {
    const { findings, usable } = await checkPostgres(db);
    if (!usable) return findings;
    const now = new Date();
    const [work, ledger, events, access] = await Promise.all([
      checkWork(db, { grace, now }),
      checkLedger(db),
      checkEvents(db, now),
      checkAccess(db, { production, bootstrapKey, now }),
    ]);
    return [...findings, ...work, ledger, events, access];
  } catch (error) {
    // A login that lacks rights, of which has been told, may not read this either.
    const { fail } = findingsAbout("postgres");
    const what = error instanceof Error ? error.name : "an error";
    return [fail(`what is on record cannot be read (${what})`, "see what is said of the login and the migrations")];
  } finally {
    await db.close();
  }
}

const isLoopback = (host: string) => host === "localhost" || host === "[::1]" || /^127\./.test(host);
