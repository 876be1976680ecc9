import type { Context } from "hono";
import type { ConsoleFile, ConsoleFiles } from "./read-console.ts";

/** What belongs to programs: a wrong address there is a problem, not a page. */
const NOT_PAGES = /^\/(v1|api|assets|livez|readyz|metrics|openapi\.json|docs|queue-board)(\/|$)/;

/** Answers with a file of the console, or null when the request is for none. Every page of it is the same file. */
export function serveConsole(files: ConsoleFiles): (c: Context) => Response | null {
  return (c) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") return null;
    const { path } = c.req;
    const file = files.get(path) ?? (NOT_PAGES.test(path) ? undefined : files.get("/index.html"));
    return file ? answer(c, file) : null;
  };
}

function answer(c: Context, file: ConsoleFile): Response {
  const encoding = chooseEncoding(c.req.header("Accept-Encoding") ?? "", file);
  const headers = {
    "Content-Type": file.type,
    // A page names the files of its own build, so it is always asked for anew; those never change.
    "Cache-Control": file.hashed ? "public, max-age=31536000, immutable" : "no-store",
    Vary: "Accept-Encoding",
    ...(encoding !== "plain" && { "Content-Encoding": encoding }),
  };
  return c.req.method === "HEAD" ? c.body(null, 200, headers) : c.body(file[encoding] ?? file.plain, 200, headers);
}

function chooseEncoding(accepted: string, file: ConsoleFile): "br" | "gzip" | "plain" {
  const takes = (name: string) =>
    accepted.split(",").some((one) => one.trim().split(";")[0] === name && !/;\s*q=0(\.0*)?$/.test(one.trim()));
  if (file.br && takes("br")) return "br";
  return file.gzip && takes("gzip") ? "gzip" : "plain";
}
