import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

export type Encoding = "br" | "gzip";

export type ConsoleFile = {
  type: string;
  /** Whether its name changes when it does. */
  hashed: boolean;
  plain: Uint8Array<ArrayBuffer>;
  /** What it can be compressed to, best first. Done when it is first asked for, and kept. */
  encoded: ReadonlyMap<Encoding, () => Promise<Uint8Array<ArrayBuffer>>>;
};

/** The console's files by the path they are served under. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/**
 * Reads the built console. Null: it has not been built. What it is not known how to serve, such as the build's own list of files, is
 * left out. Nothing is compressed yet: that is most of what a start would cost, and many a process is never asked for a page.
 */
export async function readConsole(folder: string): Promise<ConsoleFiles | null> {
  const listed = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    listed.flatMap((entry) => {
      const type = TYPES[extname(entry.name)];
      return entry.isFile() && type ? [read(folder, join(entry.parentPath, entry.name), type)] : [];
    }),
  );
  const byPath = new Map(files);
  return byPath.has("/index.html") ? byPath : null;
}

async function read(folder: string, path: string, type: string): Promise<[string, ConsoleFile]> {
  const served = `/${relative(folder, path).split(sep).join("/")}`;
  const plain = new Uint8Array(await readFile(path));
  const encoded: ConsoleFile["encoded"] = new Map(
    type === "font/woff2" ? [] : ENCODERS.map(([encoding, encode]) => [encoding, once(() => encode(plain))]),
  );
  return [served, { type, hashed: served.startsWith("/assets/"), plain, encoded }];
}

/** Well above the usual 4, well below the ten times slower 11. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 8 } };

const ENCODERS: readonly [Encoding, (plain: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>][] = [
  ["br", async (plain) => new Uint8Array(await promisify(brotliCompress)(plain, BROTLI))],
  ["gzip", async (plain) => new Uint8Array(await promisify(gzip)(plain, { level: 9 }))],
];

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
