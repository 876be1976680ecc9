import type { Context } from "hono";
import type { ConsoleFile, ConsoleFiles, Encoding } from "./read-console.ts";

/** What belongs to programs: a wrong address there is a problem, not a page. */
const NOT_PAGES = /^\/(v1|api|assets|livez|readyz|metrics|openapi\.json|docs|queue-board)(\/|$)/;

/** Answers with a file of the console, or null when the request is for none. Every page of it is the same file. */
export function serveConsole(files: ConsoleFiles): (c: Context) => Promise<Response> | null {
  return (c) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") return null;
    const { path } = c.req;
    const file = files.get(path) ?? (NOT_PAGES.test(path) ? undefined : files.get("/index.html"));
    return file ? answer(c, file) : null;
  };
}

async function answer(c: Context, file: ConsoleFile): Promise<Response> {
  const encoding = chooseEncoding(c.req.header("Accept-Encoding") ?? "", file);
  const headers = {
    "Content-Type": file.type,
    // A page names the files of its own build, so it is always asked for anew; those never change.
    "Cache-Control": file.hashed ? "public, max-age=31536000, immutable" : "no-store",
    Vary: "Accept-Encoding",
    ...(encoding && { "Content-Encoding": encoding }),
  };
  if (c.req.method === "HEAD") return c.body(null, 200, headers);
  const encode = encoding && file.encoded.get(encoding);
  return c.body(encode ? await encode() : file.plain, 200, headers);
}

/** The best of what the client takes and the file can be. */
function chooseEncoding(accepted: string, file: ConsoleFile): Encoding | undefined {
  const takes = (name: string) =>
    accepted.split(",").some((one) => one.trim().split(";")[0] === name && !/;\s*q=0(\.0*)?$/.test(one.trim()));
  return [...file.encoded.keys()].find(takes);
}
