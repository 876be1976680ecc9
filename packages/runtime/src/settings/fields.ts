import { field, got, oneOf, Wrong, wholeNumber } from "./field.ts";

/** A TCP port; 0 means any free one. */
export const port = wholeNumber(0, 65_535, "a port");

/** Addresses below may carry a password, so their messages never repeat them. */
const address = (expected: string, schemes: readonly string[]) =>
  field({
    expected,
    parse: (text) => {
      const url = URL.parse(text);
      return url && schemes.includes(url.protocol) && url.hostname ? text : new Wrong("it is not");
    },
  });

export const postgresUrl = address("a URL like postgres://user:password@host:5432/name", ["postgres:", "postgresql:"]);

export const queueUrl = address("a redis://, rediss:// or postgres:// URL with a host", [
  ...["redis:", "redis+cluster:", "redis+sentinel:"],
  ...["rediss:", "rediss+cluster:", "rediss+sentinel:"],
  "postgres:",
  "postgresql:",
]);

const sinks = ["postgres", "queue"] as const;

/** Where the receiver may put a callback. */
export type ReceiptSink = (typeof sinks)[number];

/** The sinks in the order in which the receiver tries them. */
export const receiptSinks = field({
  expected: "postgres, queue or both, separated by a comma",
  parse: (text) => {
    const words = text.split(",").map((word) => word.trim());
    const known = words.flatMap((word) => sinks.find((sink) => sink === word) ?? []);
    return known.length === words.length && new Set(known).size === known.length ? known : got(text);
  },
});

/** Seconds after Initialize, strictly increasing: `60,180,420,900`. */
export const checkSchedule = field({
  expected: "increasing whole seconds like 60,180,420,900",
  parse: (text) => {
    const words = text.split(",").map((word) => word.trim());
    const seconds = words.map(Number);
    const increasing = seconds.every((value, index) => value > (seconds[index - 1] ?? 0));
    return increasing && words.every((word) => /^\d{1,7}$/.test(word)) ? seconds : got(text);
  },
});

/** An http or https address without query, fragment, user or password; returned without a slash at its end. */
export const httpUrl = ({ httpsOnly = false, maxLength = 2_000 } = {}) =>
  field({
    expected: `${httpsOnly ? "an https" : "an http or https"} URL without query, like https://verdict.example.com`,
    parse: (text) => {
      const url = URL.parse(text);
      if (!url || !["http:", "https:"].includes(url.protocol)) return new Wrong("it is not a web address");
      if (httpsOnly && url.protocol !== "https:") return new Wrong("production refuses plain http");
      if (url.username || url.password) return new Wrong("it holds a user name or password");
      if (url.search || url.hash) return new Wrong("it holds a query or fragment");
      const address = url.href.replace(/\/+$/, "");
      return address.length <= maxLength ? address : new Wrong(`it has more than ${maxLength} characters`);
    },
  });

/** The beginning of a web address, without a path: what browsers call an origin. */
export const webOrigin = field({
  expected: "an http or https URL without a path, like https://verdict.example.com",
  parse: (text) => {
    const url = URL.parse(text);
    if (!url || !["http:", "https:"].includes(url.protocol)) return new Wrong("it is not a web address");
    if (url.username || url.password) return new Wrong("it holds a user name or password");
    if (url.pathname !== "/" || url.search || url.hash) return new Wrong("it holds a path, query or fragment");
    return url.origin;
  },
});

/** In lower case, as they are compared. */
export const emailAddress = field({
  expected: "an e-mail address",
  parse: (text) => (/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(text) ? text.toLowerCase() : got(text)),
});

/** The name of a claim in a token; dots lead into objects, as in `realm_access.roles`. */
export const claimName = field({
  expected: "the name of a claim like groups or realm_access.roles",
  parse: (text) => (/^[\w:/.-]{1,200}$/.test(text) ? text : got(text)),
});

/** An http or https address that may hold a secret in any of its parts, so no message repeats it. */
export const httpUrlWithSecret = field({
  expected: "an http or https URL",
  parse: (text) => {
    const url = URL.parse(text);
    return url && ["http:", "https:"].includes(url.protocol) ? url.href : new Wrong("it is not");
  },
});

/** Separates the queue's keys or schema from those of a neighbour on the same server. */
export const queuePrefix = field({
  expected: "1 to 40 of a-z, 0-9 and -",
  parse: (text) => (/^[a-z0-9-]{1,40}$/.test(text) ? text : got(text)),
});

export const logLevel = oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent");

/** A file or folder, relative to where the process was started. */
export const path = field({ expected: "a path", parse: (text) => text || new Wrong("it is empty") });

/** Part of a callback's path that only the provider is told. Never repeated in a message. */
export const pathSecret = field({
  expected: "16 to 64 of A-Z, a-z, 0-9, _ and -",
  parse: (text) => (/^[\w-]{16,64}$/.test(text) ? text : new Wrong("it is not")),
});

/** The name of a header with a client's address, in lower case. */
export const clientAddressHeader = field({
  expected: "the name of a header like X-Forwarded-For or X-Real-IP",
  parse: (text) => {
    // Its entries are pairs like for=203.0.113.9, in which no address would ever be found.
    if (text.toLowerCase() === "forwarded") return new Wrong("Forwarded is of another form");
    return /^[\w!#$%&'*+.^`|~-]+$/.test(text) ? text.toLowerCase() : got(text);
  },
});
