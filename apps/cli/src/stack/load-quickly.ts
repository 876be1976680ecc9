import { flushCompileCache, registerHooks } from "node:module";

/** By then an app has loaded what it needs. One that is killed would otherwise leave nothing for its successor. */
const KEEP_AFTER_MS = 5_000;

/**
 * Loaded before an app of the stack (`node --import`), it halves what a start costs, which counts when a process has to be
 * replaced. For every file of a package Node parses the whole package.json; that of drizzle-orm is 179 KB, and it has
 * hundreds of files. What a module of that package imports beside it is a module, too: nothing has to be looked up.
 */
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL: parent } = context;
    const beside = specifier.startsWith("./") || specifier.startsWith("../");
    if (!beside || !specifier.endsWith(".js") || !context.conditions.includes("import") || !isDrizzle(parent))
      return next(specifier, context);
    return { url: new URL(specifier, parent).href, format: "module", shortCircuit: true };
  },
});

const isDrizzle = (url: string | undefined): boolean => /\/node_modules\/drizzle-orm\/[^?]*\.js$/.test(url ?? "");

setTimeout(flushCompileCache, KEEP_AFTER_MS).unref();
