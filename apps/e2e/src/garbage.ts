import { CALLBACK_PATH, forgedTarget } from "./callbacks.ts";

/** Bytes that no honest client sends. */
export type Garbage = {
  kind: string;
  bytes: Buffer;
  /** Part of it may be a probe, which anybody may send. */
  mayProbe: boolean;
  /** A server that takes it for a beginning would wait for the rest. */
  isBeginning: boolean;
};

/** Whole numbers from 0 to below `limit`, the same ones for the same seed (mulberry32). */
type Draw = (limit: number) => number;

/** The same garbage for the same seed. */
export function garbage(seed: number, count: number): Garbage[] {
  const draw = drawFrom(seed);
  return Array.from({ length: count }, () => {
    const [kind, make] = pick(draw, KINDS);
    const { text, mayProbe = false, isBeginning = false } = make(draw);
    return { kind, bytes: Buffer.from(text, "latin1"), mayProbe, isBeginning };
  });
}

function drawFrom(seed: number): Draw {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const pick = <T>(draw: Draw, among: readonly T[]): T => among[draw(among.length)] as T;

const several = (draw: Draw, most: number, make: () => string, between = ""): string =>
  Array.from({ length: 1 + draw(most) }, make).join(between);

/** Each letter is one byte. */
const anyBytes = (draw: Draw, most: number): string => several(draw, most, () => String.fromCharCode(draw(256)));

/** What a request line may hold, if only just. */
const oddLetters = (draw: Draw, most: number): string => several(draw, most, () => pick(draw, ODD_LETTERS));
const ODD_LETTERS = [..."!\"'()*,;:@[]{}|\\^`~<>$"];

const PIECES = [
  ["%", "%z", "%zz=%", "%c0%ae", "%00=%00", "%ff%fe", "%ed%a0%80=1", "%E2%28%A1", "%u0041", "%%30"],
  ["__proto__=1", "__proto__[polluted]=1", "constructor.prototype=1", "toString=1", "hasOwnProperty", "a[]=1&a[]=2"],
  ["", "=", "==", "&&", "+", "a;b", "?", "#", "passed", "PASSED=Y", "subCode=200", "transactionId=%00", "passed=maybe"],
].flat();

const NAMES = ["callbackToken", "CALLBACKTOKEN", "callbacktoken", "CallbackToken", "callback%54oken"];

const parameters = (draw: Draw): string =>
  several(draw, 20, () => (draw(4) === 0 ? oddLetters(draw, 12) : pick(draw, PIECES)), "&");

/** A stranger's callback: there is a token, whatever else there may be. */
function refusable(draw: Draw): string {
  const token = pick(draw, [
    "",
    "x",
    "k1.",
    `e2e.${"A".repeat(48)}`,
    `e2e.${"A".repeat(4_000)}`,
    "%00",
    oddLetters(draw, 40),
  ]);
  return draw(4) === 0 ? forgedTarget() : `${CALLBACK_PATH}?${pick(draw, NAMES)}=${token}&${parameters(draw)}`;
}

const get = (
  target: string,
  headers = "Host: localhost\r\nConnection: close\r\n",
  method = "GET",
  version = "HTTP/1.1",
) => `${method} ${target} ${version}\r\n${headers}\r\n`;

type Made = { text: string; mayProbe?: boolean; isBeginning?: boolean };

const KINDS: readonly (readonly [string, (draw: Draw) => Made])[] = [
  ["query", (draw) => ({ text: get(refusable(draw)) })],
  ["query of a probe", (draw) => ({ text: get(`${CALLBACK_PATH}?${parameters(draw)}`), mayProbe: true })],
  ["raw bytes in the query", (draw) => ({ text: get(`${refusable(draw)}&${anyBytes(draw, 30)}`), isBeginning: true })],
  ["many parameters", (draw) => ({ text: get(`${refusable(draw)}&${"a&".repeat(pick(draw, [33, 1_000, 10_000]))}`) })],
  [
    "long address",
    (draw) => ({ text: get(`${refusable(draw)}&a=${"x".repeat(pick(draw, [4_096, 16_384, 102_400]))}`) }),
  ],
  ["method", (draw) => ({ text: get(refusable(draw), undefined, pick(draw, METHODS)) })],
  ["HEAD", (draw) => ({ text: get(refusable(draw), undefined, "HEAD"), mayProbe: true })],
  ["form of the address", (draw) => ({ text: get(pick(draw, FORMS) + refusable(draw)) })],
  ["path", (draw) => ({ text: get(refusable(draw).replace("default", pick(draw, PATHS))) })],
  ["version", (draw) => ({ text: get(refusable(draw), "", "GET", pick(draw, VERSIONS)) })],
  ["HTTP/0.9", (draw) => ({ text: `GET ${refusable(draw)}\r\n`, isBeginning: true })],
  ["headers", (draw) => ({ text: get(refusable(draw), `${pick(draw, HEADERS)}\r\nConnection: close\r\n`) })],
  ["bytes as headers", (draw) => ({ text: get(refusable(draw), `${anyBytes(draw, 60)}\r\n`), isBeginning: true })],
  ["body", (draw) => ({ text: get(refusable(draw), BODY_HEADERS) + pick(draw, BODIES), isBeginning: true })],
  [
    "body of two lengths",
    (draw) => ({ text: get(refusable(draw), `${BODY_HEADERS}Content-Length: 5\r\n`) + pick(draw, BODIES) }),
  ],
  [
    "pipeline",
    (draw) => ({ text: several(draw, 10, () => get(refusable(draw), "Host: localhost\r\n")) + get(refusable(draw)) }),
  ],
  ["cut off", (draw) => ({ text: get(refusable(draw)).slice(0, 1 + draw(80)), isBeginning: true })],
  ["bytes", (draw) => ({ text: anyBytes(draw, 300), isBeginning: true })],
  [
    "TLS",
    (draw) => ({ text: `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${anyBytes(draw, 500)}`, isBeginning: true }),
  ],
];

const METHODS = [
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "PATCH",
  "PROPFIND",
  "CONNECT",
  "QUERY",
  "get",
  "G\xcbT",
  "BREW",
  "",
];
const FORMS = [
  "http://stranger.example",
  "https://[::1]:99999",
  "//stranger.example",
  "stranger.example",
  "*",
  "\\",
  "/.",
  "/%2e",
  "",
];
const PATHS = [
  "Default",
  "default/",
  "default/x",
  "default%00",
  "..%2f..",
  "%",
  "\xff",
  "__proto__",
  "constructor",
  "x".repeat(300),
];
const VERSIONS = ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/9.9", "HTTP/1.1 ", "http/1.1", "HTTPS/1.1", "ICE/1.0", ""];
const HEADERS = [
  [
    "Host:",
    "Host: a\r\nHost: b",
    "Host: \x00",
    "Host: a b",
    "Host: a/b?c#d",
    "Host: [::",
    "Host: x@y:99999",
    "Host: \xff",
  ],
  ["X", ": x", " folded", "X : y", "Host: a\r\n folded", "Host: a\nX: y", `Host: a\r\n${"X: y\r\n".repeat(3_000)}X: y`],
  [
    "Host: a\r\nExpect: miracles",
    "Host: a\r\nUpgrade: h2c",
    "Host: a\r\nX-Forwarded-For: \xff,,",
    `Host: ${"a".repeat(20_000)}`,
  ],
].flat();
const BODY_HEADERS = "Host: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n";
const BODIES = [
  "0\r\n\r\n",
  "5\r\nhello\r\n0\r\n\r\n",
  "zz\r\n",
  "-1\r\n",
  "ffffffffffffffff\r\n",
  "5\r\nhel",
  "",
  "0\r\nX: y\r\n\r\n",
];
