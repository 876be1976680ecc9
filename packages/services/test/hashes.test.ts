import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashRequest, hashUser } from "../src/hashes.ts";

const PEPPER = "a pepper that only tests know";

describe("the hash of a person", () => {
  test("is the same wherever and whenever it is made", () => {
    expect(hashUser(PEPPER, "alice")).toBe("3f96c1a9052847dbe404e91675f6b667");
  });

  test("fits where the provider takes an id: 32 letters and digits", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (id) => /^[0-9a-f]{32}$/.test(hashUser(PEPPER, id))));
  });

  test("is another for another person, and with another pepper", () => {
    const hashes = [hashUser(PEPPER, "alice"), hashUser(PEPPER, "Alice"), hashUser("another pepper", "alice")];
    expect(new Set(hashes).size).toBe(3);
  });
});

describe("the hash of a request", () => {
  const request = { productCode: "ID_OCR", metaInfo: "{}", docPageConfig: ["OCR_ID_BACK"] };

  test("does not depend on the order of its fields, nor on fields that are not given", () => {
    const reversed = Object.fromEntries(Object.entries(request).reverse());
    expect(hashRequest(PEPPER, { ...reversed, sceneCode: undefined })).toBe(hashRequest(PEPPER, request));
  });

  test("is another when any field is", () => {
    const others: Record<string, unknown>[] = [
      { ...request, metaInfo: "{ }" },
      { ...request, docPageConfig: ["OCR_ID_BACK", "OCR_ID_BACK"] },
      { ...request, docPageConfig: '["OCR_ID_BACK"]' },
      { ...request, sceneCode: "" },
      { productCode: "ID_OCR", metaInfo: "{}" },
    ];
    const hashes = [request, ...others].map((one) => hashRequest(PEPPER, one));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("is another with another pepper, and is no hash of a person", () => {
    expect(hashRequest("another pepper", request)).not.toBe(hashRequest(PEPPER, request));
    expect(hashRequest(PEPPER, {}).slice(0, 32)).not.toBe(hashUser(PEPPER, "[]"));
  });
});
