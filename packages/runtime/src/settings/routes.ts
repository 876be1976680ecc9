import { environment } from "./environment.ts";
import { type EnvSource, readEnv } from "./read-env.ts";
import { fileCallbackRoute, fileRoute, PROVIDER_REGION, readRoutesFile } from "./routes-file.ts";
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
};

/** What the receiver needs of a route: no credentials, so that the public process holds none. */
export type CallbackRoute = Pick<Route, "slug" | "environment" | "callbackTokenKeys">;

/**
 * The routes: those of ROUTES_FILE, or the single route `default` made from PROVIDER_ENDPOINT, the ALIBABA_CLOUD_ variables
 * and CALLBACK_TOKEN_KEYS. Throws a SettingsError with one line per mistake.
 */
export function readRoutes(source: EnvSource): Route[] {
  const file = readEnv(routesFile, source);
  if (file.ROUTES_FILE) {
    const routes = readRoutesFile(file.ROUTES_FILE, fileRoute(file.production));
    return withCommonKeys(routes, source);
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
    },
  ];
}

/** Like readRoutes, but asks for no credentials of the provider and keeps none. */
export function readCallbackRoutes(source: EnvSource): CallbackRoute[] {
  const file = readEnv(routesFile, source);
  if (file.ROUTES_FILE) {
    const routes = readRoutesFile(file.ROUTES_FILE, fileCallbackRoute(file.production));
    return withCommonKeys(routes, source).map(({ slug, environment, callbackTokenKeys }) => ({
      slug,
      environment,
      callbackTokenKeys,
    }));
  }
  return [{ slug: "default", environment: "live", callbackTokenKeys: commonKeys(source) }];
}

const routesFile = environment(false).pick({ ROUTES_FILE: true });

const singleRoute = {
  PROVIDER_ENDPOINT: true,
  ALIBABA_CLOUD_ACCESS_KEY_ID: true,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: true,
  CALLBACK_TOKEN_KEYS: true,
} as const;

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
