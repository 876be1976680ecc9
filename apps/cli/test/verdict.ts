import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

export type Ended = { code: number; stdout: string; stderr: string };

/** Runs the command line as a process that knows nothing but `env`. `input` is what it reads from stdin. */
export async function verdict(args: readonly string[], env: Record<string, string> = {}, input = ""): Promise<Ended> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const all = { PATH, NODE_COMPILE_CACHE, DATA_DIR: "/nowhere", ...env };
  const child = spawn(process.execPath, [MAIN, ...args], { env: all, stdio: "pipe" });
  const [stdout, stderr] = [child.stdout.toArray(), child.stderr.toArray()];
  child.stdin.on("error", () => {}).end(input);
  const [code] = await once(child, "close");
  return { code, stdout: (await stdout).join(""), stderr: (await stderr).join("") };
}

export type Asked = { method: string; path: string; key: string | undefined; body: unknown };

/** Stands in for an HTTP server: answers as the test says, and writes down what it was asked. */
export async function standIn(answer: (asked: Asked) => { status: number; body: unknown }) {
  const asked: Asked[] = [];
  /** What calls to the provider were for. */
  const actions: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const text = (await request.toArray()).join("");
    const { method = "", url = "", headers } = request;
    if (typeof headers["x-acs-action"] === "string") actions.push(headers["x-acs-action"]);
    const one = { method, path: url, key: headers.authorization, body: text.startsWith("{") ? JSON.parse(text) : null };
    asked.push(one);
    const { status, body } = answer(one);
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { asked, actions, port, url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
