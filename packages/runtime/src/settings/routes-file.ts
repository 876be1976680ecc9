import { readFileSync } from "node:fs";
import { z } from "zod";
import { callRatesInJson, PROVIDER_RATES } from "./call-rates.ts";
import { field, got, Wrong } from "./field.ts";
import { httpUrl, pathSecret } from "./fields.ts";
import { networkList } from "./networks.ts";
import { SettingsError } from "./settings-error.ts";
import { callbackTokenKeys } from "./token-keys.ts";

export const PROVIDER_ENDPOINT = "https://cloudauth-intl.cn-hongkong.aliyuncs.com";
export const PROVIDER_REGION = "cn-hongkong";

const text = field({ expected: "text", parse: (value) => value || new Wrong("it is empty") });

const slug = field({
  expected: "1 to 32 of a-z, 0-9 and -",
  parse: (value) => (/^[a-z0-9-]{1,32}$/.test(value) ? value : got(value)),
});

/** One route of the file. Strict, because a misspelt optional field would otherwise be silently absent. */
export const fileRoute = (production: boolean) =>
  z.strictObject({
    slug,
    environment: z.enum(["live", "test"]).default("live"),
    endpoint: httpUrl().default(PROVIDER_ENDPOINT),
    region: text.default(PROVIDER_REGION),
    accessKeyId: text,
    accessKeySecret: text,
    securityToken: text.exactOptional(),
    callbackTokenKeys: callbackTokenKeys(production).optional(),
    pathSecret: pathSecret.exactOptional(),
    allowedSources: networkList.exactOptional(),
    opaqueTokens: z.boolean().default(false),
    qps: callRatesInJson.default(PROVIDER_RATES),
  });

/** The receiver may be given a file without credentials. */
export const fileCallbackRoute = (production: boolean) =>
  fileRoute(production).partial({ accessKeyId: true, accessKeySecret: true });

/** Reads ROUTES_FILE, a JSON array. Throws a SettingsError whose lines name file, index and field: `routes.json[0].slug`. */
export function readRoutesFile<Read extends { slug: string }>(file: string, route: z.ZodType<Read>): Read[] {
  const parsed = z.array(route).min(1, "expected at least one route").safeParse(readJson(file));
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map(({ path, message }) => `ROUTES_FILE: ${file}${z.core.toDotPath(path)}: ${message}`),
    );
  }
  const slugs = parsed.data.map((read) => read.slug);
  const twice = slugs.findIndex((slug, index) => slugs.indexOf(slug) < index);
  if (twice >= 0) throw new SettingsError(`ROUTES_FILE: ${file}[${twice}].slug: ${slugs[twice]} appears twice`);
  return parsed.data;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // A syntax error's message quotes the text around it, which may be a secret.
    const why = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new SettingsError(`ROUTES_FILE: ${file} ${why}; expected a JSON array of routes`);
  }
}
