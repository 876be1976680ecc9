import { parse } from "yaml";
import { z } from "zod";

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }),
});

const file = z.object({
  services: z.record(z.string(), service),
  networks: z.record(
    z.string(),
    z.object({
      internal: z.boolean().default(false),
      ipam: z.object({ config: z.array(z.object({ subnet: z.string() })) }).optional(),
    }),
  ),
});

export type Compose = z.output<typeof file>;

/** A compose file as compose reads it with these variables. Throws when one that must be set is not. */
export const readCompose = (text: string, variables: Readonly<Record<string, string>>): Compose =>
  file.parse(parse(interpolate(text, variables), { merge: true }));

const VARIABLE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g;

/** The variables a compose file asks for, each with whether it must be set. */
export const askedFor = (text: string): Map<string, boolean> =>
  new Map([...text.matchAll(VARIABLE)].map(([, name = "", kind]) => [name, kind === "?"]));

const interpolate = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(VARIABLE, (_, name: string, kind: string | undefined, words: string | undefined) => {
    const value = variables[name];
    if (value) return value;
    if (kind === "?") throw new Error(`${name}: ${words}`);
    return words ?? "";
  });
