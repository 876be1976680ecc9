import fc from "fast-check";
import { describe, expect, test } from "vitest";
import vectors from "../../../docs/callback-token-vectors.json" with { type: "json" };
import { readCallbackToken, signCallbackToken, type TokenKey } from "../src/callback-token.ts";

const KEY: TokenKey = { kid: "k1", secret: "fake-secret-for-tests" };
const SUBJECT = { verificationId: "01234567-89ab-4cde-8f01-23456789abcd", expiresAt: new Date("2026-01-31T12:30:00Z") };
const TOKEN = signCallbackToken("default", SUBJECT, KEY);
const BODY = TOKEN.slice("k1.".length);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const kid = fc.stringMatching(/^[A-Za-z0-9_-]{1,15}$/);
const key: fc.Arbitrary<TokenKey> = fc.record({ kid, secret: fc.string({ minLength: 1 }) });
const route = fc.stringMatching(/^[a-z0-9-]{1,40}$/);
const subject = fc.record({
  verificationId: fc.uuid(),
  expiresAt: fc.integer({ min: 0, max: 0xffff_ffff }).map((seconds) => new Date(seconds * 1000)),
});

/** `text` with the character at `index` exchanged for each other one of the alphabet. */
const changedAt = (text: string, index: number): string[] =>
  [...ALPHABET]
    .filter((char) => char !== text[index])
    .map((char) => text.slice(0, index) + char + text.slice(index + 1));

const everyChange = (text: string): string[] => Array.from(text).flatMap((_char, index) => changedAt(text, index));

describe("made and read", () => {
  test("a token gives back what it was made from", () => {
    fc.assert(
      fc.property(route, subject, key, (route, subject, key) => {
        const token = signCallbackToken(route, subject, key);
        expect(readCallbackToken(route, token, [key])).toEqual({ kind: "genuine", subject, kid: key.kid });
      }),
    );
  });

  test("a token has at most 64 characters, all of them URL-safe, for every key id that is allowed", () => {
    fc.assert(
      fc.property(route, subject, key, (route, subject, key) => {
        const token = signCallbackToken(route, subject, key);
        expect(token).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
        expect(encodeURIComponent(token)).toBe(token);
      }),
    );
    expect(signCallbackToken("default", SUBJECT, { ...KEY, kid: "x".repeat(15) })).toHaveLength(64);
  });

  test("expiry counts in whole seconds, rounded down", () => {
    const token = signCallbackToken("default", { ...SUBJECT, expiresAt: new Date("2026-01-31T12:30:00.999Z") }, KEY);
    expect(token).toBe(TOKEN);
  });

  test("an expired token is still genuine: lateness is the caller's to judge", () => {
    const token = signCallbackToken("default", { ...SUBJECT, expiresAt: new Date(0) }, KEY);
    expect(readCallbackToken("default", token, [KEY])).toMatchObject({
      kind: "genuine",
      subject: { expiresAt: new Date(0) },
    });
  });

  test("an id in capitals names the same verification", () => {
    const capitals = { ...SUBJECT, verificationId: SUBJECT.verificationId.toUpperCase() };
    expect(signCallbackToken("default", capitals, KEY)).toBe(TOKEN);
  });
});

describe("refused", () => {
  const FORGED = { kind: "refused", reason: "forged" };
  const MALFORMED = { kind: "refused", reason: "malformed" };

  test("every single bit of the 36 bytes counts", () => {
    const bytes = Buffer.from(BODY, "base64url");
    const believed: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const read = readCallbackToken("default", `k1.${flipped.toString("base64url")}`, [KEY]);
      if (read.kind !== "refused" || read.reason !== "forged") believed.push(bit);
    }
    expect(bytes).toHaveLength(36);
    expect(believed).toEqual([]);
  });

  test("every character of the body counts", () => {
    const read = everyChange(BODY).map((body) => readCallbackToken("default", `k1.${body}`, [KEY]));
    expect(read).toHaveLength(48 * 63);
    expect(read.filter((reading) => reading.kind !== "refused")).toEqual([]);
  });

  test("every character of the key id counts", () => {
    const kids = everyChange("k1");
    const tokens = kids.map((kid) => `${kid}.${BODY}`);
    expect(tokens.map((token) => readCallbackToken("default", token, [KEY]))).toEqual(
      tokens.map(() => ({ kind: "refused", reason: "unknown_key" })),
    );
    // Even where another key id holds the same secret, the id is part of what was signed.
    const keys = [KEY, ...kids.map((kid) => ({ ...KEY, kid }))];
    expect(tokens.map((token) => readCallbackToken("default", token, keys))).toEqual(tokens.map(() => FORGED));
  });

  test("a token counts for its own route only", () => {
    for (const route of ["", "Default", "default ", "other", "default\0"]) {
      expect(readCallbackToken(route, TOKEN, [KEY])).toEqual(FORGED);
    }
  });

  test("a token of another secret is forged", () => {
    fc.assert(
      fc.property(key, fc.string({ minLength: 1 }), (key, secret) => {
        fc.pre(secret !== key.secret);
        const token = signCallbackToken("default", SUBJECT, { ...key, secret });
        expect(readCallbackToken("default", token, [key])).toEqual(FORGED);
      }),
    );
  });

  test("without a key, or with others only, nothing is believed", () => {
    const unknown = { kind: "refused", reason: "unknown_key" };
    expect(readCallbackToken("default", TOKEN, [])).toEqual(unknown);
    expect(readCallbackToken("default", TOKEN, [{ ...KEY, kid: "k2" }])).toEqual(unknown);
    expect(readCallbackToken("default", TOKEN, [{ ...KEY, kid: "K1" }])).toEqual(unknown);
  });

  test.each([
    ["nothing", ""],
    ["a key id alone", "k1"],
    ["a key id and a dot", "k1."],
    ["no key id", `.${BODY}`],
    ["a body alone", BODY],
    ["a key id of 16 characters", `${"k".repeat(16)}.${BODY}`],
    ["a body that is too short", TOKEN.slice(0, -1)],
    ["a body that is too long", `${TOKEN}A`],
    ["a very long text", TOKEN.repeat(10_000)],
    ["padding", `${TOKEN}=`],
    ["padding in place of text", `${TOKEN.slice(0, -1)}=`],
    ["a space before", ` ${TOKEN}`],
    ["a space after", `${TOKEN} `],
    ["a line end after", `${TOKEN}\n`],
    ["a second line", `${TOKEN}\n${TOKEN}`],
    ["a NUL after", `${TOKEN}\0`],
    ["two dots", `k1..${BODY}`],
    ["a third part", `${TOKEN}.${BODY}`],
    ["the other alphabet of base64", `k1.${"+/".repeat(24)}`],
    ["percent signs", TOKEN.replace(".", "%2E")],
    ["wide letters", TOKEN.replace("k", "ｋ")],
  ])("%s is malformed", (_what, token) => {
    expect(readCallbackToken("default", token, [KEY])).toEqual(MALFORMED);
  });

  test("no text makes it throw, and none is believed", () => {
    const wellFormed = fc.uint8Array({ minLength: 36, maxLength: 36 }).map((b) => Buffer.from(b).toString("base64url"));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), wellFormed), (text) => {
        expect(readCallbackToken("default", text, [KEY]).kind).toBe("refused");
        expect(readCallbackToken("default", `k1.${text}`, [KEY]).kind).toBe("refused");
      }),
      { numRuns: 500 },
    );
  });

  test("a key without a secret neither reads nor signs: anybody could have it", () => {
    const empty = { kid: "k1", secret: "" };
    expect(readCallbackToken("default", TOKEN, [empty])).toEqual({ kind: "refused", reason: "unknown_key" });
    expect(() => signCallbackToken("default", SUBJECT, empty)).toThrow();
  });
});

describe("never made", () => {
  test.each(["", "k.1", "k 1", "k/1", "schlüssel", "x".repeat(16)])(
    "with the key id %j, which no token can carry",
    (kid) => {
      expect(() => signCallbackToken("default", SUBJECT, { ...KEY, kid })).toThrow();
    },
  );

  test.each([
    "",
    "01234567",
    "not-a-verification-id",
    "01234567-89ab-4cde-8f01-23456789abcg",
    `${SUBJECT.verificationId}00`,
  ])("for %j, which is no verification id", (verificationId) => {
    expect(() => signCallbackToken("default", { ...SUBJECT, verificationId }, KEY)).toThrow();
  });

  test.each([new Date(Number.NaN), new Date(-1000), new Date(2 ** 32 * 1000)])(
    "for the expiry %s, which four bytes cannot hold",
    (expiresAt) => {
      expect(() => signCallbackToken("default", { ...SUBJECT, expiresAt }, KEY)).toThrow();
    },
  );
});

describe("rotation", () => {
  const next: TokenKey = { kid: "k2", secret: "fake-secret-of-the-next-month" };

  test("old and new tokens both count while both keys are known, in whatever order", () => {
    const newer = signCallbackToken("default", SUBJECT, next);
    for (const keys of [
      [next, KEY],
      [KEY, next],
    ]) {
      expect(readCallbackToken("default", TOKEN, keys)).toEqual({ kind: "genuine", subject: SUBJECT, kid: "k1" });
      expect(readCallbackToken("default", newer, keys)).toEqual({ kind: "genuine", subject: SUBJECT, kid: "k2" });
    }
  });

  test("a key that is gone takes its tokens with it", () => {
    expect(readCallbackToken("default", TOKEN, [next])).toEqual({ kind: "refused", reason: "unknown_key" });
  });

  test("a token cannot be handed from one key id to another", () => {
    expect(readCallbackToken("default", `k2.${BODY}`, [KEY, next])).toEqual({ kind: "refused", reason: "forged" });
  });
});

describe("published vectors", () => {
  test.each(vectors.vectors)("$token is made and read as published", ({ route, kid, secret, token, ...told }) => {
    const subject = { verificationId: told.verificationId, expiresAt: new Date(told.expiresAt) };
    expect(signCallbackToken(route, subject, { kid, secret })).toBe(token);
    expect(readCallbackToken(route, token, [{ kid, secret }])).toEqual({ kind: "genuine", subject, kid });
  });
});
