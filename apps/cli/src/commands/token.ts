import { inspectCallbackToken, opaqueTokenHash, signCallbackToken, type TokenInspection } from "@verdict/domain";
import { callbackPath, environment, readCallbackRoutes, readEnv, SettingsError } from "@verdict/runtime";
import { Command, Option } from "commander";
import { withManual } from "../manual.ts";
import { uuid, valueOrStdin, wholeNumber } from "../read-argument.ts";
import { findSettings } from "../settings/find-settings.ts";
import { sayInspection } from "../token/print-inspection.ts";
import { readToken } from "../token/read-token.ts";

type Minting = {
  verification: string;
  route: string;
  ttl?: number;
  transactionId?: string;
  passed?: string;
  subCode?: string;
  json: boolean;
};
type Inspecting = { route?: string; json: boolean };

const json = () => new Option("--json", "print it as JSON").default(false);

const EXAMPLE_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

export const tokenCommand = () =>
  new Command("token")
    .description("callback tokens: make one, and say why one is refused; needs the keys of the receiver's settings")
    .addCommand(
      withManual(
        new Command("mint")
          .description("make a callback token for a verification, and the address it belongs to; for tests and support")
          .addOption(new Option("--verification <id>", "the verification").argParser(uuid).makeOptionMandatory())
          .option("--route <slug>", "the route it is for", "default")
          .addOption(
            new Option("--ttl <seconds>", "good for so long; as long as a session's own, if not given").argParser(
              wholeNumber(1, 31_536_000),
            ),
          )
          .option("--transaction-id <id>", "with the next two: also print the whole callback")
          .addOption(new Option("--passed <answer>", "what the callback claims").choices(["Y", "N"]))
          .option("--sub-code <code>", "what the callback claims")
          .addOption(json())
          .action(mint),
        {
          notes: [
            "A token proves which session a callback is about. What the callback says stays a claim: only the provider settles it.",
          ],
          examples: [
            [`token mint --verification ${EXAMPLE_ID}`, "token and address"],
            [
              `token mint --verification ${EXAMPLE_ID} --transaction-id hks1 --passed Y --sub-code 200`,
              "a callback for curl",
            ],
          ],
        },
      ),
    )
    .addCommand(
      withManual(
        new Command("inspect")
          .description("say whether a receiver takes a token, for which session, and exactly why not")
          .argument("<token>", "the token, or the whole address of a callback; - reads it from stdin")
          .option("--route <slug>", "where it was offered; else what the address says, else default")
          .addOption(json())
          .action(inspect),
        {
          notes: [
            "Strangers are told nothing but 401. A token that is written here stays in the shell's history; - does not.",
          ],
          examples: [
            ["token inspect k1.AYkKXayWd0u8zrMCCZqAV2f9… --route default", "a token from a log or a ticket"],
            ["token inspect - < callback-url.txt", "the whole address the provider has called"],
          ],
          failsWhen: "a receiver would refuse it",
        },
      ),
    );

async function mint({ verification, route: slug, ttl, transactionId, passed, subCode, json }: Minting): Promise<void> {
  const claim = { transactionId, passed, subCode };
  const said = Object.values(claim).filter((part) => part !== undefined).length;
  if (said !== 0 && said !== 3) {
    throw new SettingsError("--transaction-id, --passed and --sub-code: a callback has all three of them");
  }
  const { given } = findSettings(process.env);
  const route = readCallbackRoutes(given).find((one) => one.slug === slug);
  const [key] = route?.callbackTokenKeys ?? [];
  if (!route || !key) throw new SettingsError(`--route: there is no route ${slug}`);

  const seconds = ttl ?? sessionSeconds(given);
  const expiresAt = new Date(Math.floor(Date.now() / 1000 + seconds) * 1000);
  const token = signCallbackToken(slug, { verificationId: verification, expiresAt }, key);
  const base = readEnv(settings.pick({ PUBLIC_CALLBACK_BASE_URL: true }).partial(), given).PUBLIC_CALLBACK_BASE_URL;
  const callbackUrl = base ? `${base}${callbackPath(route)}` : null;
  const query = new URLSearchParams({ callbackToken: token, ...(claim as Record<string, string>) });
  const callback = callbackUrl && said === 3 ? `${callbackUrl}?${query}` : null;

  if (json)
    return console.log(JSON.stringify({ token, kid: key.kid, route: slug, expiresAt, callbackUrl, callback }, null, 2));
  const lines: [string, string][] = [
    ["token", token],
    ["expires", expiresAt.toISOString()],
    ["address", callbackUrl ?? "unknown: PUBLIC_CALLBACK_BASE_URL is not set, and nothing runs here"],
    ...(callback ? [["callback", callback] satisfies [string, string]] : []),
  ];
  console.log(lines.map(([name, text]) => `${name.padEnd(8)}  ${text}`).join("\n"));
}

const settings = environment(false);

/** As long as the token of a session lives: while its user has time, and stragglers are waited for. */
function sessionSeconds(given: NodeJS.ProcessEnv): number {
  const { VERIFICATION_TTL_SECONDS, EXPIRY_GRACE_SECONDS } = readEnv(
    settings.pick({ VERIFICATION_TTL_SECONDS: true, EXPIRY_GRACE_SECONDS: true }),
    given,
  );
  return VERIFICATION_TTL_SECONDS + EXPIRY_GRACE_SECONDS;
}

async function inspect(text: string, options: Inspecting): Promise<void> {
  const { token, route: named } = readToken(await valueOrStdin(text, "<token>"));
  const slug = options.route ?? named ?? "default";
  const { given } = findSettings(process.env);
  const routes = readCallbackRoutes(given);
  const offered = routes.map((route) => ({ slug: route.slug, keys: route.callbackTokenKeys }));
  const now = new Date();
  const inspection = inspectCallbackToken(slug, token, offered, now);
  const takesOpaque = routes.some((route) => route.slug === slug && route.opaqueTokens);
  const opaque = mayBeOpaque(inspection) && takesOpaque && token !== "" ? await findOpaque(given, slug, token) : null;

  const told = opaque ? sayOpaque(opaque, now) : sayInspection(slug, inspection);
  const lines = takesOpaque && mayBeOpaque(inspection) && !opaque ? [...told.lines, NO_OPAQUE] : told.lines;
  const found = opaque
    ? { kind: "opaque", verificationId: opaque.verificationId, expiresAt: opaque.expiresAt }
    : inspection;
  console.log(options.json ? JSON.stringify({ taken: told.taken, route: slug, ...found }, null, 2) : lines.join("\n"));
  if (!told.taken) process.exitCode = 1;
}

/** What is none of our tokens may be another system's; the receiver looks no other one up. */
const mayBeOpaque = ({ kind }: TokenInspection): boolean => kind === "malformed" || kind === "unknown_key";

const NO_OPAQUE = "this route also takes tokens that another system made; no session is registered with this one";

async function findOpaque(given: NodeJS.ProcessEnv, route: string, token: string) {
  const [{ findOpaqueTokens }, { withDatabase }] = await Promise.all([
    import("@verdict/db"),
    import("../stack/find-database.ts"),
  ]);
  const asked = { route, tokenHash: opaqueTokenHash(token) };
  const [found] = await withDatabase(given, (db) => findOpaqueTokens(db, [asked]));
  return found ?? null;
}

function sayOpaque({ verificationId, expiresAt }: { verificationId: string; expiresAt: Date }, now: Date) {
  const lines = [
    `registered: another system's token, of verification ${verificationId}`,
    expiresAt <= now
      ? `expired since ${expiresAt.toISOString()}: a callback is kept all the same, and marked late`
      : `good until ${expiresAt.toISOString()}`,
  ];
  return { taken: true, lines };
}
