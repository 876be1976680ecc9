import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SourceFile } from "./import-rules.ts";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Every source file of every part, with the part it belongs to. */
export const sourceFiles = (): SourceFile[] =>
  globSync("{apps,packages}/*/{src,test}/**/*.{ts,tsx}", { cwd: ROOT }).map((path) => {
    const [kind, name, folder] = path.split("/");
    return { part: `${kind}/${name}`, path, isTest: folder === "test", text: readFileSync(`${ROOT}/${path}`, "utf8") };
  });
