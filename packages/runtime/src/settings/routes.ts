import type { Networks } from "../networks.ts";
import type { CallRates } from "./call-rates.ts";
import { environment } from "./environment.ts";
import { type EnvSource, readEnv } from "./read-env.ts";
import { fileCallbackRoute, fileRoute, PROVIDER_REGION, readRoutesFile } from "./routes-file.ts";
import { SettingsError } from "./settings-error.ts";
import type { TokenKey } from "./token-keys.ts";

/** One integration with the provider. */
export type Route = {
  slug: string;
  environment: "live" | "test";
  endpoint: string;
  region: string;
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  callbackTokenKeys: TokenKey[];
  /** The last part of the callback's path, if it has a secret one. */
  pathSecret?: string;
  /** Whether tokens that another system made are looked up. */
  opaqueTokens: boolean;
  /** Calls a second the provider allows, by product and for each operation. */
  qps: CallRates;
};

/** What the receiver needs of a route: no credentials, so that the public process holds none. */
export type CallbackRoute = Pick<Route, "slug" | "environment" | "callbackTokenKeys" | "opaqueTokens"> & {
  pathSecret: string | null;
  /** The only places callbacks may come from; null: any. */
  allowedSources: Networks | null;
};

/**
 * The routes: those of ROUTES_FILE, or the single route `default` made from PROVIDER_ENDPOINT and the variables that
 * begin with ALIBABA_CLOUD_ and CALLBACK_. Throws a SettingsError with one line per mistake.
 */
export function readRoutes(source: EnvSource): Route[] {
  const file = readRoutesFileName(source);
  if (file.ROUTES_FILE) {
    const routes = readRoutesFile(file.ROUTES_FILE, fileRoute(file.production));
    return withCommonKeys(routes, source).map(({ allowedSources, ...route }) => route);
  }

  const env = readEnv((production) => environment(production).pick(singleRoute), source);
  return [
    {
      slug: "default",
      environment: "live",
      endpoint: env.PROVIDER_ENDPOINT,
      region: PROVIDER_REGION,
      accessKeyId: env.ALIBABA_CLOUD_ACCESS_KEY_ID,
      accessKeySecret: env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
      callbackTokenKeys: env.CALLBACK_TOKEN_KEYS,
      opaqueTokens: env.CALLBACK_OPAQUE_TOKENS,
      qps: env.PROVIDER_QPS,
      ...(env.CALLBACK_PATH_SECRET && { pathSecret: env.CALLBACK_PATH_SECRET }),
    },
  ];
}

/** Like readRoutes, but asks for no credentials of the provider and keeps none. */
export function readCallbackRoutes(source: EnvSource): CallbackRoute[] {
  const file = readRoutesFileName(source);
  if (file.ROUTES_FILE) {
    const routes = readRoutesFile(file.ROUTES_FILE, fileCallbackRoute(file.production));
    return withCommonKeys(routes, source).map((route) => ({
      slug: route.slug,
      environment: route.environment,
      callbackTokenKeys: route.callbackTokenKeys,
      pathSecret: route.pathSecret ?? null,
      allowedSources: route.allowedSources ?? null,
      opaqueTokens: route.opaqueTokens,
    }));
  }

  const env = readEnv((production) => environment(production).pick({ CALLBACK_TOKEN_KEYS: true, ...perRoute }), source);
  return [
    {
      slug: "default",
      environment: "live",
      callbackTokenKeys: env.CALLBACK_TOKEN_KEYS,
      pathSecret: env.CALLBACK_PATH_SECRET ?? null,
      allowedSources: env.CALLBACK_ALLOWED_SOURCES ?? null,
      opaqueTokens: env.CALLBACK_OPAQUE_TOKENS,
    },
  ];
}

/**
 * Where the receiver takes a route's callbacks: `/callbacks/<slug>`, with the path's secret behind it if there is one.
 * At most 108 characters, which with PUBLIC_CALLBACK_BASE_URL's 400 stay below the 512 the provider takes.
 */
export const callbackPath = ({ slug, pathSecret }: { slug: string; pathSecret?: string | null }): string =>
  pathSecret ? `/callbacks/${slug}/${pathSecret}` : `/callbacks/${slug}`;

/** What may be said of the single route by variables, and of a route of the file by its fields. */
const perRoute = {
  CALLBACK_ALLOWED_SOURCES: true,
  CALLBACK_PATH_SECRET: true,
  CALLBACK_OPAQUE_TOKENS: true,
} as const;

const singleRoute = {
  PROVIDER_QPS: true,
  PROVIDER_ENDPOINT: true,
  ALIBABA_CLOUD_ACCESS_KEY_ID: true,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: true,
  CALLBACK_TOKEN_KEYS: true,
  ...perRoute,
} as const;

/** Refuses variables that the file makes meaningless: one that is meant to protect must not be dropped in silence. */
function readRoutesFileName(source: EnvSource) {
  const file = readEnv(environment(false).pick({ ROUTES_FILE: true }), source);
  const lost = file.ROUTES_FILE ? [...Object.keys(perRoute), "PROVIDER_QPS"].filter((name) => source[name]) : [];
  if (lost.length > 0) {
    throw new SettingsError(
      lost.map((name) => `${name}: has no effect beside ROUTES_FILE; say it in the file, by route`),
    );
  }
  return file;
}

const commonKeys = (source: EnvSource) =>
  readEnv((production) => environment(production).pick({ CALLBACK_TOKEN_KEYS: true }), source).CALLBACK_TOKEN_KEYS;

/** CALLBACK_TOKEN_KEYS is asked for only when a route of the file has no keys of its own. */
function withCommonKeys<Read extends { callbackTokenKeys?: TokenKey[] | undefined }>(
  routes: readonly Read[],
  source: EnvSource,
) {
  const common = routes.every((route) => route.callbackTokenKeys) ? [] : commonKeys(source);
  return routes.map((route) => ({ ...route, callbackTokenKeys: route.callbackTokenKeys ?? common }));
}
