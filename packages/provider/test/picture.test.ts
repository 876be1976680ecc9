import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgePicture } from "../src/picture.ts";
import { jpg, png } from "./pictures.ts";

const judge = (bytes: Buffer) => judgePicture(bytes.toString("base64"));
const rules = (bytes: Buffer) => judge(bytes).problems.map(({ rule }) => rule);
const good = { width: 720, height: 960 };

test.each([
  ["JPG", jpg(good)],
  ["PNG", png(good)],
  ["JPG with EXIF", jpg({ ...good, orientation: 1 })],
])("a good %s passes", (_what, bytes) => {
  expect(judge(bytes)).toEqual({ problems: [], warnings: [] });
});

describe("Base64 is strict", () => {
  const text = jpg(good).toString("base64");
  test.each<[string, string, string]>([
    ["empty", "", "the text is empty"],
    ["a data: prefix", `data:image/jpeg;base64,${text}`, "begins with a data: prefix"],
    ["a DATA: prefix", `DATA:;base64,${text}`, "begins with a data: prefix"],
    ["a line break amid", `${text.slice(0, 40)}\r\n${text.slice(40)}`, "whitespace at position 40"],
    ["a line break at the end", `${text}\n`, `whitespace at position ${text.length}`],
    ["a space in front", ` ${text}`, "whitespace at position 0"],
    ["a minus", `${text.slice(0, 8)}-${text.slice(9)}`, "position 8 has a character of the URL-safe alphabet"],
    ["an underscore", `_${text.slice(1)}`, "position 0 has a character of the URL-safe alphabet"],
    ["a stray character", `${text.slice(0, 5)}!${text.slice(6)}`, "the character at position 5 belongs to no Base64"],
    ["another script", `${text.slice(0, 5)}中${text.slice(6)}`, "the character at position 5 belongs to no Base64"],
    ["NUL", `\0${text.slice(1)}`, "the character at position 0 belongs to no Base64"],
    ["half an emoji", `\ud83d${text.slice(1)}`, "the character at position 0 belongs to no Base64"],
    ["padding amid", `AAA=${text}`, "padding at position 3, before the end"],
    ["too much padding", "A===", "padding at position 1, before the end"],
    ["a cut text", "AAAAA", "its length of 5 characters is no multiple of 4"],
    ["forgotten padding", "AAAAAA", "its length of 6 characters is no multiple of 4"],
    ["bits left over", "AAAAAB==", "bits left over"],
    ["bits left over in three", "AAAAAAB=", "bits left over"],
  ])("%s", (_what, given, says) => {
    const { problems, warnings } = judgePicture(given);
    expect(problems).toEqual([{ rule: "base64", message: expect.stringContaining(says) }]);
    expect(problems[0]?.message).toMatch(/^base64: /);
    expect(warnings).toEqual([]);
  });

  test.each([0, 1, 2])("a text with %i signs of padding is taken", (padding) => {
    const bytes = jpg({ ...good, bytes: 303 - padding });
    expect(bytes.toString("base64").split("=").length - 1).toBe(padding);
    expect(rules(bytes)).toEqual([]);
  });
});

describe("the format goes by the bytes", () => {
  const start = (text: string) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(100)]);
  test.each<[string, Buffer, string]>([
    ["GIF", start("GIF89a"), "a GIF"],
    ["WebP", start("RIFF\0\0\0\0WEBPVP8 "), "a WebP"],
    ["HEIC", start("\0\0\0\u0018ftypheic"), "a HEIC, AVIF or video"],
    ["BMP", start("BM"), "a BMP"],
    ["TIFF", start("II*\0"), "a TIFF"],
    ["PDF", start("%PDF-1.7"), "a PDF"],
    ["SVG", start('<svg xmlns="http://www.w3.org/2000/svg" width="720" height="960">'), "an SVG"],
    ["text", start("hello"), "neither"],
    ["one byte", Buffer.from([0xff]), "neither"],
    ["a JPG cut off", jpg(good).subarray(0, 20), "a JPG whose size cannot be found"],
    ["a JPG cut off in its size", jpg(good).subarray(0, 28), "a JPG whose size cannot be found"],
    ["a PNG cut off", png(good).subarray(0, 18), "a PNG whose header cannot be read"],
    ["a PNG without header", Buffer.concat([png(good).subarray(0, 12), Buffer.alloc(50)]), "a PNG whose header"],
    ["nothing but the mark of a JPG", Buffer.from([0xff, 0xd8, 0xff]), "a JPG whose size cannot be found"],
  ])("%s", (_what, bytes, says) => {
    expect(judge(bytes)).toEqual({
      problems: [{ rule: "format", message: expect.stringMatching(`^format: .*the bytes are ${says}`) }],
      warnings: [],
    });
  });
});

describe("sizes", () => {
  test.each([
    [629_145, []],
    [629_146, ["source_size"]],
    [700_000, ["source_size"]],
  ])("a source of %i bytes: %j", (bytes, broken) => {
    expect(rules(jpg({ ...good, bytes }))).toEqual(broken);
    expect(rules(png({ ...good, bytes }))).toEqual(broken);
  });

  test("a picture within 0.6 MB may still be too large on the wire, where + and / take three characters", () => {
    const bytes = jpg({ ...good, bytes: 600_000, fill: 0xff });
    expect(judge(bytes).problems).toEqual([
      { rule: "wire_size", message: expect.stringMatching(/^wire_size: 2\d{6} bytes .* at most 1048576/) },
    ]);
  });

  test("what is counted for the wire is what the client sends", () => {
    const base64 = jpg({ ...good, bytes: 600_000, fill: 0xff }).toString("base64");
    expect(judgePicture(base64).problems[0]?.message).toContain(`${encodeURIComponent(base64).length} bytes`);
  });

  test("all that is wrong is said at once", () => {
    expect(rules(jpg({ width: 4_000, height: 300, bytes: 2_000_000, fill: 0xff }))).toEqual([
      "source_size",
      "wire_size",
      "resolution_low",
      "resolution_high",
    ]);
  });
});

describe("resolution", () => {
  test.each<[number, number, string[], boolean]>([
    [480, 640, [], false],
    [640, 480, [], true],
    [1_080, 1_920, [], false],
    [1_920, 1_080, [], true],
    [1_080, 1_080, [], false],
    [480, 1_920, [], false],
    [479, 640, ["resolution_low"], false],
    [480, 639, ["resolution_low"], false],
    [639, 480, ["resolution_low"], true],
    [0, 0, ["resolution_low"], false],
    [1_080, 1_921, ["resolution_high"], false],
    [1_081, 1_920, ["resolution_high"], false],
    [1_200, 1_200, ["resolution_high"], false],
    [400, 2_000, ["resolution_low", "resolution_high"], false],
  ])("%i × %i: %j, landscape: %s", (width, height, broken, landscape) => {
    for (const bytes of [jpg({ width, height }), png({ width, height })]) {
      const { problems, warnings } = judge(bytes);
      expect(problems.map(({ rule }) => rule)).toEqual(broken);
      expect(warnings.map(({ rule }) => rule)).toEqual(landscape ? ["landscape"] : []);
      for (const { rule, message } of [...problems, ...warnings]) {
        expect(message).toMatch(new RegExp(`^${rule}: ${width} × ${height} pixels`));
      }
    }
  });

  test("a PNG that claims more pixels than there are numbers for", () => {
    expect(rules(png({ width: 4_294_967_295, height: 1 }))).toEqual(["resolution_low", "resolution_high"]);
  });

  test.each([
    [1, true],
    [2, true],
    [3, true],
    [4, true],
    [5, false],
    [6, false],
    [7, false],
    [8, false],
    [9, true],
  ])("orientation %i of a wide JPG: landscape is %s", (orientation, landscape) => {
    for (const order of ["II", "MM"] as const) {
      const { problems, warnings } = judge(jpg({ width: 960, height: 720, orientation, order }));
      expect(problems).toEqual([]);
      expect(warnings.map(({ rule }) => rule)).toEqual(landscape ? ["landscape"] : []);
    }
  });

  test("a picture on its side is described as it is shown", () => {
    const { problems } = judge(jpg({ width: 2_000, height: 100, orientation: 6 }));
    expect(problems[0]?.message).toContain("100 × 2000 pixels");
  });
});

describe("whatever comes", () => {
  test("nothing is thrown, and no message holds a part of the text", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString("base64")),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from([0xff, 0xd8, 0xff, ...bytes]).toString("base64")),
      fc
        .uint8Array({ maxLength: 100 })
        .map((bytes) => Buffer.concat([png(good).subarray(0, 16), bytes]).toString("base64")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const { rule, message } of judgePicture(text).problems) {
          expect(message.startsWith(`${rule}: `)).toBe(true);
          if (text.length >= 16) expect(message).not.toContain(text.slice(0, 16));
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["A", "A".repeat(10_000_000)],
    ["+", "+".repeat(10_000_000)],
    ["a JPG of 7 MB", jpg({ ...good, bytes: 7_500_000 }).toString("base64")],
    ["line breaks", "\n".repeat(10_000_000)],
  ])("ten million characters of %s are judged and refused", (_what, text) => {
    expect(judgePicture(text).problems).not.toEqual([]);
  });

  test("a JPG of garbage without a size is refused for its format", () => {
    const garbage = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(629_000, 1)]);
    expect(rules(garbage)).toEqual(["format"]);
  });
});
