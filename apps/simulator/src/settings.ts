import { randomBytes } from "node:crypto";
import {
  type EnvSource,
  environment,
  field,
  got,
  readEnv,
  readTogether,
  refuseInProduction,
  Wrong,
  wholeNumber,
} from "@verdict/runtime";
import { z } from "zod";
import { type Behaviour, BehaviourChange, changed, POINTS, USUAL } from "./behaviour.ts";
import type { SimulatorSettings } from "./simulator.ts";

const text = (expected: string, pattern: RegExp) =>
  field({ expected, parse: (value) => (pattern.test(value) ? value : got(value)) });

const instant = field({
  expected: "real, or an instant like 2026-01-31T00:00:00Z at which the clock stands still",
  parse: (value) => {
    if (value === "real") return null;
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? got(value) : at;
  },
});

/** A message must not repeat what could be a secret. */
const keyList = field({
  expected: "further access keys like id:secret,id:secret",
  parse: (value) => {
    const pairs = value.split(",").map((pair) => pair.trim().split(":"));
    const [wrong] = pairs.filter(([id, secret, ...more]) => !id || !secret || more.length > 0);
    return wrong
      ? new Wrong("one of them is of another form")
      : pairs.map(([id = "", secret = ""]) => [id, secret] as const);
  },
});

const own = {
  /** Loopback only, because whoever reaches the control surface can do as he likes. */
  SIMULATOR_HOST: text("a host name or address", /^[\w.:-]+$/).default("127.0.0.1"),
  /** Makes transaction and face ids repeatable. Not set: new ones in every process. */
  SIMULATOR_ID_SEED: text("1 to 64 letters, digits, - and _", /^[\w-]{1,64}$/).optional(),
  SIMULATOR_LOG_ENTRIES: wholeNumber(1, 10_000_000).default(100_000),
  SIMULATOR_CLOCK: instant.default(null),
  SIMULATOR_ACCESS_KEYS: keyList.default([]),
};

const shared = {
  SIMULATOR_PORT: true,
  LOG_LEVEL: true,
  VERIFICATION_TTL_SECONDS: true,
  ALIBABA_CLOUD_ACCESS_KEY_ID: true,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: true,
} as const;

export type Settings = SimulatorSettings & { host: string; port: number; logLevel: string };

/** Reads the environment. Throws a SettingsError with one line per mistake, and in production whatever the rest says. */
export function readSettings(source: EnvSource): Settings {
  refuseInProduction("the simulator", source);
  const { env, behaviour } = readTogether({
    env: () => readEnv((production) => environment(production).pick(shared).extend(own), source),
    behaviour: () => readBehaviour(source),
  });
  return {
    host: env.SIMULATOR_HOST,
    port: env.SIMULATOR_PORT,
    logLevel: env.LOG_LEVEL,
    accessKeys: new Map([
      ...env.SIMULATOR_ACCESS_KEYS,
      [env.ALIBABA_CLOUD_ACCESS_KEY_ID, env.ALIBABA_CLOUD_ACCESS_KEY_SECRET],
    ]),
    ttlSeconds: env.VERIFICATION_TTL_SECONDS,
    idSeed: env.SIMULATOR_ID_SEED ?? randomBytes(16).toString("hex"),
    logEntries: env.SIMULATOR_LOG_ENTRIES,
    frozenAt: env.SIMULATOR_CLOCK,
    behaviour,
  };
}

/** `callbackSpelling` is set by `SIMULATOR_CALLBACK_SPELLING`. */
export const variableOf = (point: string): string =>
  `SIMULATOR_${point.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()}`;

/** The points that are set, over what is usual. */
function readBehaviour(source: EnvSource): Behaviour {
  const points = Object.entries(POINTS);
  const variables = points.map(([point]) => [point, variableOf(point)] as const);
  const given = Object.fromEntries(variables.map(([, variable]) => [variable, source[variable]]));
  const schema = z.object(Object.fromEntries(points.map(([point, schema]) => [variableOf(point), schema.optional()])));
  readEnv(schema, given);
  const set = variables.flatMap(([point, variable]) => (given[variable] ? [[point, given[variable]] as const] : []));
  return changed(USUAL, BehaviourChange.parse(Object.fromEntries(set)));
}
