// Becomes what its first argument names. The program runs in this very process, so that the signals of a container reach it.
const APPS = ["receiver", "worker", "api"];
const [node, , role, ...rest] = process.argv;

if (!role) {
  process.stderr.write(
    `Name a role: ${APPS.join(", ")}, migrate, or another command of \`verdict\` (\`--help\` lists them).\n`,
  );
  process.exit(1);
}

const source = (path) => new URL(`../../apps/${path}`, import.meta.url);
const main = source(APPS.includes(role) ? `${role}/src/main.ts` : "cli/src/main.ts");
process.argv = APPS.includes(role) ? [node, main.pathname, ...rest] : [node, main.pathname, role, ...rest];
await import(source("cli/src/stack/load-quickly.ts").href);
await import(main.href);
