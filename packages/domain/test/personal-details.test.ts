import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskDetail, type PersonalDetail, personalDetails } from "../src/personal-details.ts";

const passport = {
  ...{ surname: "Chan", givenname: "Tai Man", sex: "M", birthDate: "1990-01-31", passportNo: "K12345678" },
  ...{ nationality: "CHN", expiryDate: "2031-01-30", countryCode: "CHN" },
};

describe("what of an answer is a detail", () => {
  test.each<[string, Parameters<typeof personalDetails>[0], PersonalDetail[]]>([
    ["nothing, where there are no records", { extIdInfo: null, extFaceInfo: null }, []],
    [
      "a passport's fields are the document's",
      { extIdInfo: { ocrIdPassed: "Y", ocrIdInfo: { surname: "Chan", passportNo: "K12345678" } } },
      [
        { class: "document", field: "ocrIdPassed", value: "Y" },
        { class: "document", field: "ocrIdInfo.surname", value: "Chan" },
        { class: "document", field: "ocrIdInfo.passportNo", value: "K12345678" },
      ],
    ],
    [
      "scores, age and gender are the face's, numbers as text",
      { extFaceInfo: { facePassed: "Y", faceComparisonScore: 99.99, faceAge: 30, faceGender: "M" } },
      [
        { class: "face", field: "facePassed", value: "Y" },
        { class: "face", field: "faceComparisonScore", value: "99.99" },
        { class: "face", field: "faceAge", value: "30" },
        { class: "face", field: "faceGender", value: "M" },
      ],
    ],
    [
      "a list of words is one detail",
      { extIdInfo: { spoofInfo: { spoofResult: "Y", spoofType: ["SCREEN_REMARK", "TAMPER"] } } },
      [
        { class: "document", field: "spoofInfo.spoofResult", value: "Y" },
        { class: "document", field: "spoofInfo.spoofType", value: "SCREEN_REMARK, TAMPER" },
      ],
    ],
    [
      "a field nobody has told us of is kept as other, under its record's name",
      { extIdInfo: { ocrIdInfo: { motherName: "Lee" } }, extBasicInfo: { device: { model: "X" } } },
      [
        { class: "other", field: "extIdInfo.ocrIdInfo.motherName", value: "Lee" },
        { class: "other", field: "extBasicInfo.device.model", value: "X" },
      ],
    ],
    [
      "a documented name in another record is other, too",
      { extInfo: { name: "Chan" } },
      [{ class: "other", field: "extInfo.name", value: "Chan" }],
    ],
    [
      "what the user corrected is kept beside what was read, what was left alone is not",
      { extIdInfo: { ocrIdInfo: { name: "Chan", sex: "M" }, ocrIdEditInfo: { name: "Chen", sex: "M" } } },
      [
        { class: "document", field: "ocrIdInfo.name", value: "Chan" },
        { class: "document", field: "ocrIdInfo.sex", value: "M" },
        { class: "document", field: "ocrIdEditInfo.name", value: "Chen" },
      ],
    ],
    ["what is empty says nothing", { extIdInfo: { ocrIdInfo: { name: " ", sex: "", symbols: null } } }, []],
  ])("%s", (_, records, details) => {
    expect(personalDetails(records)).toEqual(details);
  });

  test.each<[string, Record<string, unknown>]>([
    ["a picture by name", { idImage: "aGVsbG8=" }],
    ["a list of pictures", { extraFaceImg: ["aGVsbG8="] }],
    ["a picture inside a record", { portrait: { data: "aGVsbG8=" } }],
    ["a link to a video", { faceVideoUrl: "https://video.example.com/1.mp4" }],
    ["any link", { evidence: "https://files.example.com/1" }],
    ["a picture by another name", { blob: "A".repeat(501) }],
    ["raw text of the document", { ocrText: "line\n".repeat(200) }],
    ["a list of records", { pages: [{ a: "b" }] }],
    ["what nests too deeply", { a: { b: { c: { d: { e: "f" } } } } }],
    ["a name that is no name", { "Chan Tai Man": "yes" }],
  ])("never stored: %s", (_, record) => {
    expect(personalDetails({ extIdInfo: record, extFaceInfo: record, extInfo: record })).toEqual([]);
  });

  test("a score keeps its number, although its name speaks of a picture", () => {
    expect(personalDetails({ extSourceInfo: { selfiePhoto: 0.8777 } })).toEqual([
      { class: "other", field: "extSourceInfo.selfiePhoto", value: "0.8777" },
    ]);
  });

  test("an answer of any shape gives a bounded list of short texts", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ maxDepth: 6 })), (record) => {
        const details = personalDetails({ extIdInfo: record, extInfo: record });
        expect(details.length).toBeLessThanOrEqual(200);
        for (const { field, value } of details) {
          expect(field).toMatch(/^[\w.-]{1,260}$/);
          expect(value.length).toBeGreaterThan(0);
          expect(value.length).toBeLessThanOrEqual(500);
        }
      }),
    );
  });
});

describe("a masked detail", () => {
  const document = (name: string, value: string) => ({ class: "document", field: `ocrIdInfo.${name}`, value }) as const;

  test.each<[PersonalDetail, string]>([
    [document("surname", "Chan"), "C•••"],
    [document("givenname", "Tai Man"), "T••• M•••"],
    [document("name", "陳大文"), "陳•••"],
    [document("name", "A B C D E"), "A••• B••• C•••"],
    [document("passportNo", "K12345678"), "•••5678"],
    [document("idNumber", "A123456(7)"), "•••4567"],
    [document("idNumber", "12345"), "•••45"],
    [document("idNumber", "1234"), "•••"],
    [document("birthDate", "1990-01-31"), "1990-••-••"],
    [document("expiryDate", "2031/01/30"), "2031-••-••"],
    [document("birthDate", "31 January 1990"), "•••"],
    [document("sex", "M"), "•••"],
    [document("address", "1 Queen's Road"), "•••"],
    [{ class: "document", field: "ocrIdPassed", value: "Y" }, "Y"],
    [{ class: "face", field: "faceComparisonScore", value: "99.5" }, "99.5"],
    [{ class: "face", field: "faceAge", value: "30" }, "•••"],
    [{ class: "face", field: "faceGender", value: "F" }, "•••"],
    [{ class: "other", field: "extInfo.name", value: "Chan" }, "•••"],
    [{ class: "document", field: "ocrIdInfo.constructor", value: "Chan" }, "•••"],
  ])("%o is shown as %s", (detail, shown) => {
    expect(maskDetail(detail)).toBe(shown);
  });

  test("no document shows more than an initial, a year or the end of a number", () => {
    for (const detail of personalDetails({ extIdInfo: { ocrIdInfo: passport } })) {
      const shown = maskDetail(detail).replaceAll(/[•\s-]/g, "");
      expect(shown.length, detail.field).toBeLessThanOrEqual(detail.value.length / 2);
    }
  });
});
