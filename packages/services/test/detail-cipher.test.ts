import { randomBytes } from "node:crypto";
import { DETAIL_CLASSES } from "@verdict/domain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import published from "../../../docs/personal-data-vectors.json" with { type: "json" };
import { DetailCipherError, type DetailPlace, detailCipher } from "../src/detail-cipher.ts";

const key = (kid: string) => ({ kid, key: randomBytes(32) });
const OLD = key("old");
const NEW = key("new-1_X");
const cipher = detailCipher([NEW, OLD]);
const PLACE: DetailPlace = {
  verificationId: "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a",
  class: "document",
  field: "ocrIdInfo.idNumber",
};

const place: fc.Arbitrary<DetailPlace> = fc.record({
  verificationId: fc.uuid(),
  class: fc.constantFrom(...DETAIL_CLASSES),
  field: fc.stringMatching(/^[\w.-]{1,60}$/),
});

/** How a value cannot be read; the words are the same whatever it holds. */
const failure = (open: () => unknown): DetailCipherError => {
  try {
    open();
  } catch (error) {
    if (error instanceof DetailCipherError) return error;
    throw error;
  }
  throw new Error("It was opened.");
};

describe("sealed and opened", () => {
  test.each(published.vectors)("as published: $field", ({ nonce, value, envelope, ...where }) => {
    const held = { kid: published.kid, key: Buffer.from(published.key, "base64") };
    const at = where as DetailPlace;
    expect(detailCipher([held], () => Buffer.from(nonce, "hex")).seal(at, value)).toBe(envelope);
    expect(detailCipher([held]).open(at, envelope)).toBe(value);
  });

  test("whatever the value, it comes back, and only the first key encrypts", () => {
    fc.assert(
      fc.property(place, fc.string({ unit: "grapheme" }), (at, value) => {
        const envelope = cipher.seal(at, value);
        expect(envelope).toMatch(/^v1\.new-1_X\./);
        expect(cipher.open(at, envelope)).toBe(value);
      }),
    );
  });

  test("a key that was first before still opens what it encrypted", () => {
    const envelope = detailCipher([OLD]).seal(PLACE, "K1");
    expect(cipher.open(PLACE, envelope)).toBe("K1");
  });

  test("the same value never looks the same twice", () => {
    const seen = new Set(Array.from({ length: 1_000 }, () => cipher.seal(PLACE, "K1")));
    expect(seen.size).toBe(1_000);
  });
});

describe("does not open", () => {
  const envelope = cipher.seal(PLACE, "K12345678");

  test("after any letter was exchanged, put in or left out", () => {
    const letters = "ABab01-_.";
    for (let at = 0; at < envelope.length; at++) {
      const [head, tail] = [envelope.slice(0, at), envelope.slice(at)];
      const changed = [...letters].flatMap((letter) => [head + letter + tail.slice(1), head + letter + tail]);
      for (const text of [...changed, head + tail.slice(1), head]) {
        if (text !== envelope) failure(() => cipher.open(PLACE, text));
      }
    }
  });

  test("anywhere else", () => {
    fc.assert(
      fc.property(place, place, fc.string(), (home, elsewhere, value) => {
        fc.pre(JSON.stringify(Object.entries(home)) !== JSON.stringify(Object.entries(elsewhere)));
        const moved = cipher.seal(home, value);
        expect(failure(() => cipher.open(elsewhere, moved)).kind).toBe("unreadable");
      }),
    );
    for (const [name, other] of Object.entries({
      verificationId: PLACE.verificationId.replace("3a", "3b"),
      class: "other",
      field: "ocrIdInfo.name",
    })) {
      expect(failure(() => cipher.open({ ...PLACE, [name]: other } as DetailPlace, envelope)).kind).toBe("unreadable");
    }
  });

  test("under the name of another key", () => {
    const renamed = envelope.replace("new-1_X", "old");
    expect(failure(() => cipher.open(PLACE, renamed)).kind).toBe("unreadable");
  });

  test("without its key, which it names and nothing else", () => {
    const error = failure(() => detailCipher([OLD]).open(PLACE, envelope));
    expect(error).toMatchObject({ kind: "unknown_key", kid: "new-1_X" });
    expect(error.message).toBe(
      "A detail was encrypted with the key new-1_X, which DATA_ENCRYPTION_KEYS does not hold.",
    );
  });

  test("and says the same whatever it holds", () => {
    const words = ["", "K12345678", "x".repeat(500)].map((value) => {
      const sealed = cipher.seal(PLACE, value);
      const { message, cause, stack } = failure(() => cipher.open({ ...PLACE, field: "other" }, sealed));
      expect(cause).toBeUndefined();
      if (value) expect(stack).not.toContain(value);
      return message;
    });
    expect(new Set(words).size).toBe(1);
  });
});
