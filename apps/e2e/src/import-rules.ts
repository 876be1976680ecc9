import { posix } from "node:path";

/** What each part may import of the others. Dependencies point down only, and nothing depends on an app. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "packages/domain": [],
  "packages/provider": ["domain"],
  "packages/db": ["domain"],
  "packages/queue": ["domain"],
  "packages/services": ["domain", "db", "provider"],
  "packages/delivery": ["domain"],
  "packages/runtime": ["domain"],
  "packages/client": [],
  "packages/testkit": ["domain", "db"],
  // It runs in a browser: what it knows of the rest, it knows as any other client does.
  "apps/console": ["client"],
  "apps/*": ["domain", "db", "provider", "queue", "services", "delivery", "runtime"],
};

/** Tests may also use the kit, and what lies beside them. */
export const TESTS_MAY_ALSO_IMPORT = ["testkit", "queue", "provider", "client", "domain"];

/** Libraries that one part alone may know, so that replacing one is a change in one place. */
export const KNOWN_BY: Readonly<Record<string, readonly string[]>> = {
  "drizzle-orm": ["packages/db"],
  "better-auth": ["apps/api", "packages/db"],
  postgres: ["packages/db"],
  bullmq: ["packages/queue"],
  "@bull-board/": ["packages/queue", "apps/api"],
  ioredis: ["packages/queue"],
  pg: ["packages/queue"],
  hono: ["apps/*", "packages/runtime", "packages/client"],
  "@hono/otel": ["packages/runtime"],
  "@hono/": ["apps/*", "packages/runtime"],
  commander: ["apps/cli"],
  "cli-progress": ["apps/cli"],
  undici: ["packages/provider", "packages/delivery", "apps/simulator"],
  "ipaddr.js": ["packages/delivery"],
  nodemailer: ["packages/delivery"],
  standardwebhooks: ["packages/delivery"],
  pino: ["packages/runtime"],
  "prom-client": ["packages/runtime"],
  "@opentelemetry/": ["packages/runtime"],
};

/** Only processes read the environment; everything else is handed what it needs. */
export const MAY_READ_ENVIRONMENT = ["apps/*", "packages/testkit"];

export type SourceFile = { part: string; path: string; isTest: boolean; text: string };

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

/** A comment may name what the code must not. Strings with `//` in them lose their end, which holds no import. */
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

/** What a file imports or reads against the rules, a line each. */
export function violationsIn(source: SourceFile): string[] {
  const file = { ...source, text: source.text.replaceAll(COMMENT, "") };
  const imports = [...file.text.matchAll(IMPORT)].map(([, specifier]) => specifier ?? "");
  const found = imports.flatMap(
    (specifier) => refuseWorkspace(file, specifier) ?? refuseLibrary(file, specifier) ?? [],
  );
  const readsEnvironment =
    !file.isTest && file.text.includes("process.env") && !matches(MAY_READ_ENVIRONMENT, file.part);
  return [...found, ...(readsEnvironment ? ["reads process.env"] : [])].map((why) => `${file.path}: ${why}`);
}

function refuseWorkspace({ part, path, isTest }: SourceFile, specifier: string): string | null {
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(path), specifier);
    const published = isTest && target.startsWith("docs/");
    return target.startsWith(`${part}/`) || published ? null : `reaches out to ${specifier}`;
  }
  const [, name] = /^@verdict\/([a-z0-9]+)/.exec(specifier) ?? [];
  if (!name) return null;
  const allowed = MAY_IMPORT[part] ?? (part.startsWith("apps/") ? MAY_IMPORT["apps/*"] : []) ?? [];
  const own = part.endsWith(`/${name}`);
  const forTests = isTest && TESTS_MAY_ALSO_IMPORT.includes(name);
  return own || allowed.includes(name) || forTests ? null : `may not import ${specifier}`;
}

function refuseLibrary({ part, isTest }: SourceFile, specifier: string): string | null {
  const rule = Object.entries(KNOWN_BY).find(
    ([library]) => specifier === library || specifier.startsWith(library.endsWith("/") ? library : `${library}/`),
  );
  return !rule || isTest || matches(rule[1], part) ? null : `may not know ${specifier}`;
}

const matches = (patterns: readonly string[], part: string): boolean =>
  patterns.some((pattern) => pattern === part || (pattern === "apps/*" && part.startsWith("apps/")));
