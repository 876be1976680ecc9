import { expect, test } from "vitest";
import { fromWire, requestFromWire, toWire, toWireResult } from "../src/wire.ts";

test("a request travels as text under capital names, absent values left out", () => {
  const request = {
    productCode: "ID_OCR",
    docPageConfig: ["OCR_ID_BACK"],
    empty: "",
    number: 5,
    yes: true,
    absent: undefined,
    none: null,
  };
  expect(toWire(request)).toEqual({
    ProductCode: "ID_OCR",
    DocPageConfig: '["OCR_ID_BACK"]',
    Empty: "",
    Number: "5",
    Yes: "true",
  });
});

test("text passes through unchanged, also where it looks like JSON", () => {
  const metaInfo = '{"appVersion": "1", "deviceModel": "iPhone9,1", "emoji": "🙂"}';
  expect(toWire({ metaInfo })).toEqual({ MetaInfo: metaInfo });
});

test.each([
  ["MerchantBizId", "merchantBizId"],
  ["merchantBizId", "merchantBizId"],
  ["IdOCR", "idOCR"],
  ["X", "x"],
  ["", ""],
  ["1", "1"],
  ["日本", "日本"],
])("on the way in %j is called %j", (wire, name) => {
  expect(fromWire({ [wire]: "value" })).toEqual({ [name]: "value" });
});

test("only the first level is renamed, and values are left alone", () => {
  const inner = { ExtFaceInfo: { FacePassed: "Y" } };
  expect(fromWire({ Result: inner }).result).toBe(inner);
});

test.each([undefined, null, 7, "text", true, [], [{ Code: "Success" }]])("%j has no fields", (value) => {
  expect(fromWire(value)).toEqual({});
});

test("an answer keeps its types under capital names, absent values left out", () => {
  expect(toWireResult({ passed: "Y", subCode: "200", score: 99.5, extInfo: null, absent: undefined })).toEqual({
    Passed: "Y",
    SubCode: "200",
    Score: 99.5,
    ExtInfo: null,
  });
});

test("what was sent is what is read back", () => {
  const request = { merchantBizId: "a1", transactionId: "hks1", isReturnImage: "N" };
  expect(fromWire(toWire(request))).toEqual(request);
  expect(fromWire(toWireResult(request))).toEqual(request);
});

test("names every object inherits are harmless", () => {
  const wire = fromWire(JSON.parse('{"__proto__":{"passed":"Y"},"constructor":"x","ToString":"y"}'));
  expect(Object.getPrototypeOf(wire)).toBe(Object.prototype);
  expect(wire.passed).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("the two lists travel each in its own way, and come back", () => {
  const request = { docPageConfig: ["OCR_ID_BACK"], faceGroupCodes: ["g1", "g2"], merchantBizId: "a1" };
  const wire = { DocPageConfig: '["OCR_ID_BACK"]', FaceGroupCodes: "g1,g2", MerchantBizId: "a1" };
  expect(toWire(request)).toEqual(wire);
  expect(requestFromWire(wire)).toEqual(request);
});

test("one group needs no comma, and text without a comma is one group", () => {
  expect(toWire({ faceGroupCodes: ["g1"] })).toEqual({ FaceGroupCodes: "g1" });
  expect(requestFromWire({ FaceGroupCodes: "g1" })).toEqual({ faceGroupCodes: ["g1"] });
});

test("a list that is none stays text, for the schema to refuse", () => {
  expect(requestFromWire({ DocPageConfig: "OCR_ID_BACK" })).toEqual({ docPageConfig: "OCR_ID_BACK" });
  expect(requestFromWire({ FaceGroupCodes: "g1，g2" })).toEqual({ faceGroupCodes: ["g1，g2"] });
});

test("a name in both spellings counts as documented, in whatever order they come", () => {
  expect(fromWire({ Code: "InternalError", code: "Success" })).toEqual({ code: "InternalError" });
  expect(fromWire({ code: "Success", Code: "InternalError" })).toEqual({ code: "InternalError" });
});

test("a name every object inherits is no list", () => {
  expect(toWire({ constructor: 1, toString: true })).toEqual({ Constructor: "1", ToString: "true" });
});
