import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { World } from "../world.ts";
import { phoneView } from "./view.ts";

type Deps = { world: () => World };

const page = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

const filesOf = (type: string, ...names: readonly string[]) =>
  names.map((name) => [name, { type, text: page(name) }] as const);

/** The page's files, all from this folder: nothing is fetched from anywhere else. */
const FILES = new Map([
  ...filesOf("text/css; charset=utf-8", "theme.css", "phone.css", "page.css"),
  ...filesOf("text/javascript; charset=utf-8", "phone.js", "screens.js"),
  ...filesOf("image/svg+xml", "icon.svg"),
]);
const HTML = page("index.html");

const self = ["'self'"];
const none = ["'none'"];

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: none,
    scriptSrc: self,
    styleSrc: self,
    imgSrc: self,
    connectSrc: self,
    baseUri: none,
    formAction: none,
    frameAncestors: none,
  },
  // Plain HTTP on loopback: a browser must not remember https for it.
  strictTransportSecurity: false,
});

/** The web page that plays the user's phone. */
export const phoneRoutes = ({ world }: Deps) =>
  new Hono()
    .get("/", headers, (c) => c.html(HTML, 200, { "Cache-Control": "no-cache" }))
    .get("/phone/sessions", headers, (c) => {
      const { transactions, faults, clock } = world();
      const selected = c.req.query("selected") ?? null;
      const view = phoneView({ transactions: transactions.list(), faults, now: clock.now(), selected });
      return c.json(view, 200, { "Cache-Control": "no-store" });
    })
    .get("/phone/:file", headers, (c) => {
      const file = FILES.get(c.req.param("file"));
      if (!file) return c.notFound();
      return c.body(file.text, 200, { "Content-Type": file.type, "Cache-Control": "no-cache" });
    });
