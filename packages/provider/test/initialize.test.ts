import { describe, expect, test } from "vitest";
import {
  DOC_TYPES,
  FaceVerifyRequest,
  IdOcrRequest,
  InitializeRequest,
  InitializeResult,
  pageRuleBroken,
  pictureRule,
} from "../src/initialize.ts";

const face = {
  productCode: "FACE_VERIFY",
  merchantBizId: "e0c34a77f5ac40a5aa5e6ed20c353888",
  merchantUserId: "123456789",
  metaInfo: '{"deviceType":"ios"}',
  facePictureUrl: "https://example.com/face.jpeg",
} as const;

const ocr = {
  productCode: "ID_OCR",
  merchantBizId: "e0c34a77f5ac40a5aa5e6ed20c353888",
  merchantUserId: "123456789",
  metaInfo: '{"deviceType":"ios"}',
  docType: "01000000",
} as const;

const accepts = (request: Record<string, unknown>): boolean => InitializeRequest.safeParse(request).success;

describe("defaults are always sent", () => {
  test("of a face verification", () => {
    expect(FaceVerifyRequest.parse(face)).toEqual({
      ...face,
      securityLevel: "02",
      model: "LIVENESS",
      docVideo: "N",
      appQualityCheck: "Y",
    });
  });

  test("of a document reading", () => {
    expect(IdOcrRequest.parse(ocr)).toEqual({
      ...ocr,
      idSpoof: "N",
      idThreshold: "3",
      showGuidePage: "1",
      docScanMode: "shoot",
    });
  });

  test("what is asked for stands", () => {
    const asked = { ...ocr, idSpoof: "Y", idThreshold: "0", showGuidePage: "0", docScanMode: "auto" };
    expect(InitializeRequest.parse(asked)).toEqual(asked);
    const strict = { ...face, securityLevel: "01", model: "PHOTINUS_LIVENESS", docVideo: "Y", appQualityCheck: "N" };
    expect(InitializeRequest.parse(strict)).toEqual(strict);
  });

  test("parameters that belong to the other product, or to none, are not sent", () => {
    expect(InitializeRequest.parse({ ...ocr, securityLevel: "02", nonsense: "x" })).not.toHaveProperty("securityLevel");
    expect(InitializeRequest.parse({ ...face, docType: "01000000" })).not.toHaveProperty("docType");
  });
});

describe("products", () => {
  test.each(["FACE_IDU_MIN", "face_verify", "", undefined])("%j cannot be initialized", (productCode) => {
    expect(accepts({ ...face, productCode })).toBe(false);
  });

  test.each(["productCode", "merchantBizId", "merchantUserId", "metaInfo"])("both require %s", (name) => {
    for (const request of [face, ocr]) {
      expect(accepts({ ...request, [name]: undefined })).toBe(false);
      expect(accepts({ ...request, [name]: "" })).toBe(false);
    }
  });
});

describe("limits", () => {
  test.each<[string, unknown, boolean]>([
    ["merchantBizId", "a".repeat(32), true],
    ["merchantBizId", "a".repeat(33), false],
    ["merchantBizId", "a-b", false],
    ["merchantBizId", "a\n", false],
    ["sceneCode", "Scene_0123", true],
    ["sceneCode", "Scene_01234", false],
    ["sceneCode", "scene-1", false],
    ["sceneCode", "", false],
    ["merchantUserId", "u".repeat(128), true],
    ["merchantUserId", "u".repeat(129), false],
    ["metaInfo", "m".repeat(16_384), true],
    ["metaInfo", "m".repeat(16_385), false],
    ["callbackToken", "t".repeat(64), true],
    ["callbackToken", "t".repeat(65), false],
    ["callbackToken", "", false],
    ["callbackUrl", `https://example.com/${"c".repeat(492)}`, true],
    ["callbackUrl", `https://example.com/${"c".repeat(493)}`, false],
    ["callbackUrl", "https://example.com/callbacks/default?shop=7", true],
    ["callbackUrl", "http://127.0.0.1:8080/callbacks/default", true],
    ["callbackUrl", "ftp://example.com/", false],
    ["callbackUrl", "javascript:alert(1)", false],
    ["callbackUrl", "example.com/callbacks", false],
    ["callbackUrl", "https:example.com", false],
    ["callbackUrl", "", false],
    ["returnUrl", `https://example.com/${"r".repeat(2_028)}`, true],
    ["returnUrl", `https://example.com/${"r".repeat(2_029)}`, false],
    ["procedurePriority", "keep", true],
    ["procedurePriority", "drop", false],
    ["styleConfig", "s".repeat(4_097), false],
    ["languageConfig", "l".repeat(4_097), false],
  ])("%s of either product, row %#", (name, value, allowed) => {
    expect(accepts({ ...face, [name]: value })).toBe(allowed);
    expect(accepts({ ...ocr, [name]: value })).toBe(allowed);
  });

  test.each<[string, unknown, boolean]>([
    ["securityLevel", "03", false],
    ["securityLevel", 2, false],
    ["model", "TEMPLATE", false],
    ["docVideo", "y", false],
    ["appQualityCheck", true, false],
    ["facePictureUrl", "https://example.com/a.png", true],
    ["facePictureUrl", "file:///etc/passwd", false],
    ["facePictureBase64", "A".repeat(1_400_000), true],
    ["facePictureBase64", "A".repeat(1_400_001), false],
    ["facePictureBase64", "", false],
  ])("%s of a face verification, row %#", (name, value, allowed) => {
    expect(accepts({ ...face, [name]: value })).toBe(allowed);
  });

  test.each<[string, unknown, boolean]>([
    ["idSpoof", "Y", true],
    ["idSpoof", "yes", false],
    ["idThreshold", "4", false],
    ["idThreshold", 3, false],
    ["showGuidePage", "Y", false],
    ["docScanMode", "manual", false],
    ["docPageConfig", ["OCR_ID_BACK"], true],
    ["docPageConfig", [], false],
    ["docPageConfig", "OCR_ID_BACK", false],
    ["docPageConfig", ["OCR_ID_FRONT"], false],
  ])("%s of a document reading: %j is allowed: %s", (name, value, allowed) => {
    expect(accepts({ ...ocr, [name]: value })).toBe(allowed);
  });
});

describe("documents", () => {
  test("the list is the one of the vendor, with its two codes of nine digits", () => {
    expect(Object.keys(DOC_TYPES).sort()).toEqual(
      ["01000000", "00000001", "00000006", "00000007", "00000008", "00000009", "000000011", "000000012"].sort(),
    );
  });

  test.each(Object.keys(DOC_TYPES))("%s is read", (docType) => {
    expect(accepts({ ...ocr, docType })).toBe(true);
  });

  test.each([undefined, "", "00000002", "00000011", "00000012", "0000000011", 1_000_000, "GLB03002", "toString"])(
    "%j is not a document",
    (docType) => {
      expect(accepts({ ...ocr, docType })).toBe(false);
    },
  );

  test.each(Object.keys(DOC_TYPES))("an extra page of %s is only allowed for the mainland's ID card", (docType) => {
    expect(pageRuleBroken({ docType, docPageConfig: ["OCR_ID_BACK"] })).toBe(docType !== "00000001");
    expect(pageRuleBroken({ docType })).toBe(false);
  });
});

describe("pictures", () => {
  const facePictureBase64 = "/9j/4AAQ";
  const facePictureUrl = "https://example.com/face.jpeg";

  test.each([
    [{}, "missing"],
    [{ facePictureBase64: "", facePictureUrl: "" }, "missing"],
    [{ facePictureBase64 }, null],
    [{ facePictureUrl }, null],
    [{ facePictureBase64, facePictureUrl: "" }, null],
    [{ facePictureBase64, facePictureUrl }, "duplicated"],
  ])("%j: %s", (pictures, broken) => {
    expect(pictureRule(pictures)).toBe(broken);
  });

  test("the schema leaves the rule to whoever has to name the mistake", () => {
    expect(accepts({ ...face, facePictureUrl: undefined })).toBe(true);
    expect(accepts({ ...face, facePictureBase64, facePictureUrl })).toBe(true);
  });
});

describe("the answer", () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ["an id alone", { transactionId: "hks1" }, true],
    ["what an app needs", { transactionId: "hks1", protocol: "p" }, true],
    ["what a browser needs", { transactionId: "hks1", transactionUrl: "https://x" }, true],
    ["fields still to come", { transactionId: "hks1", clientCfg: "{}" }, true],
    ["an id of any form", { transactionId: "sha/+=?".padEnd(64, "x") }, true],
    ["no id", { protocol: "p" }, false],
    ["an empty id", { transactionId: "" }, false],
    ["an id that is too long", { transactionId: "x".repeat(65) }, false],
  ])("%s: readable or not", (_what, result, readable) => {
    expect(InitializeResult.safeParse(result).success).toBe(readable);
  });
});
