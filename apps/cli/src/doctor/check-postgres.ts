import { type Db, isDatabaseAway, readServerState, type ServerState, sqlStateOf } from "@verdict/db";
import { type Finding, findingsAbout } from "./finding.ts";
import { judgeClock, readClock } from "./judge-clock.ts";

const { ok, warn, fail } = findingsAbout("postgres");

/** The oldest one this is tried on. */
const VERSION_MIN = 15;

/** Is it there, is it new enough, is the schema this version's, and may this login do what the apps do? */
export async function checkPostgres(db: Db): Promise<{ findings: Finding[]; usable: boolean }> {
  const from = Date.now();
  try {
    await db.sql`select 1`;
    const state = await readServerState(db);
    const clock = await askClock(db);
    return { findings: [...judgeServer(state), clock], usable: state.schema.kind !== "behind" };
  } catch (error) {
    const seconds = ((Date.now() - from) / 1000).toFixed(1);
    return { findings: [explainFailure(error, seconds)], usable: false };
  }
}

/** Of its own: the first statement also waits for the connection. */
async function askClock(db: Db): Promise<Finding> {
  const from = Date.now();
  const [row] = await db.sql<[{ ms: number }]>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`;
  return judgeClock(readClock("the database", new Date(row.ms), { from, to: Date.now() }));
}

export function judgeServer({ version, login, readOnly, schema, lacking }: ServerState): Finding[] {
  const findings: Finding[] = [];
  if (Number.parseInt(version, 10) < VERSION_MIN) {
    findings.push(warn(`version ${version}`, `${VERSION_MIN} or later is what Verdict is tried on`));
  }
  if (readOnly) {
    findings.push(fail("it takes no writes", "let DATABASE_URL name the primary, not a replica"));
  }
  switch (schema.kind) {
    case "behind":
      findings.push(fail(`${schema.missing} migrations are missing`, "npm run verdict -- migrate"));
      break;
    case "ahead":
      findings.push(warn("migrated by a later version than this one", "run this command from the version that runs"));
      break;
    case "unknown":
      findings.push(
        warn(
          `${login} may not see which migrations have run`,
          `grant usage on schema drizzle, and select on drizzle.__drizzle_migrations, to ${login}`,
        ),
      );
      break;
    case "current":
      break;
  }
  if (lacking.length > 0 && schema.kind !== "behind") {
    const [first, ...others] = lacking;
    const more = others.length > 0 ? ` and on ${others.length} more tables` : "";
    findings.push(fail(`${login} lacks ${first}${more}`, `grant verdict_app to ${login}`));
  }
  if (findings.length > 0) return findings;
  return [ok(`version ${version}, migrations up to date, ${login} may do what the apps do`)];
}

function explainFailure(error: unknown, seconds: string): Finding {
  if (isDatabaseAway(error)) {
    return fail(`cannot be reached (${seconds} s)`, "is it running, and does DATABASE_URL name its host and port?");
  }
  const code = sqlStateOf(error);
  switch (code) {
    case "28P01":
    case "28000":
      return fail("it refuses the login", "correct user or password in DATABASE_URL");
    case "3D000":
      return fail("there is no such database", "create it, or correct DATABASE_URL");
    default:
      return fail(
        `it cannot be looked at (${code ?? codeOf(error)})`,
        "look into its log; does DATABASE_URL name the right server?",
      );
  }
}

/** Its words may quote an address with a password; its code does not. */
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no code given";
