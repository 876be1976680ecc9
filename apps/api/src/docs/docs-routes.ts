import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Hono } from "hono";
import { problem } from "../http/problem.ts";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Verdict API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/show.js"></script>
  </body>
</html>
`;

/** Without a validator, which would be a stranger's service. Keys that are typed in are forgotten with the page. */
const SHOW = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  validatorUrl: null,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  filter: true,
});
`;

const TYPES = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" } as const;

/** What the page is made of, by its name; read when it is asked for first. */
const FILES = {
  "swagger-ui-bundle.js": TYPES.js,
  "swagger-ui.css": TYPES.css,
} as const;

/**
 * The description of all calls as a page to read and to try them out, for everybody. All of it is ours: it asks nobody else for
 * anything, and the rules for scripts that hold everywhere hold here, too.
 */
export const docsRoutes = () => {
  const files = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const read = (name: keyof typeof FILES) => {
    const file = files.get(name) ?? readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)));
    files.set(name, file);
    return file;
  };
  const kept = { "Cache-Control": "public, max-age=3600" };
  return new Hono()
    .get("/docs", (c) => c.html(PAGE))
    .get("/docs/show.js", (c) => c.body(SHOW, 200, { "Content-Type": TYPES.js, ...kept }))
    .get("/docs/:file", async (c) => {
      const name = c.req.param("file");
      if (!isFile(name)) return problem(c, "not_found");
      return c.body(await read(name), 200, { "Content-Type": FILES[name], ...kept });
    });
};

const isFile = (name: string): name is keyof typeof FILES => Object.hasOwn(FILES, name);
