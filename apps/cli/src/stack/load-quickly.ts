import { flushCompileCache, type ResolveFnOutput, registerHooks } from "node:module";

/** By then an app has loaded what it needs. One that is killed would otherwise leave nothing for its successor. */
const KEEP_AFTER_MS = 5_000;

/** By folder of the importing package and by name: what was found. */
const found = new Map<string, ResolveFnOutput>();

/**
 * Loaded before an app of the stack (`node --import`), it halves what a start costs, which counts when a process has to be
 * replaced. For every import Node parses the whole package.json of what is imported; that of drizzle-orm is 179 KB, it has
 * hundreds of files, and a hundred of ours import it. What a module of that package imports beside it is a module, too:
 * nothing has to be looked up. What our modules import by name is the same for all modules of a package.
 */
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL: parent, conditions } = context;
    if (!parent || !conditions.includes("import")) return next(specifier, context);
    if (isDrizzle(parent) && isBesideIt(specifier))
      return { url: new URL(specifier, parent).href, format: "module", shortCircuit: true };
    const source = parent.lastIndexOf("/src/");
    if (source < 0 || parent.includes("/node_modules/") || !isName(specifier)) return next(specifier, context);
    const key = `${parent.slice(0, source)} ${specifier}`;
    const known = found.get(key) ?? next(specifier, context);
    found.set(key, known);
    return { ...known, shortCircuit: true };
  },
});

const isDrizzle = (url: string): boolean => /\/node_modules\/drizzle-orm\/[^?]*\.js$/.test(url);

const isBesideIt = (specifier: string): boolean => /^\.\.?\/.*\.js$/.test(specifier);

const isName = (specifier: string): boolean => !/^[./#]|^\w+:/.test(specifier);

setTimeout(flushCompileCache, KEEP_AFTER_MS).unref();
