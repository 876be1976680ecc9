import { expect, test } from "vitest";
import { readFilters, sameView, toQuery } from "../src/pages/verifications/filters.ts";

test("an address and its filters say the same", () => {
  const address = {
    status: "failed,passed",
    product: "ID_OCR",
    subCode: " 205 ",
    span: "24h",
    doubt: "true",
    cols: "status,took",
  };
  const filters = readFilters(address);
  expect(filters).toEqual({ ...address, status: "passed,failed", subCode: "205" });
  expect(readFilters(filters)).toEqual(filters);
});

test("what an address says that means nothing is left out", () => {
  expect(
    readFilters({ status: "gone,failed", product: "X", span: "1y", from: "soon", passed: "maybe", other: "1" }),
  ).toEqual({
    status: "failed",
  });
});

test("a stretch of time ends now, to the minute", () => {
  const now = new Date("2026-03-01T12:00:41.500Z");
  expect(toQuery({ span: "24h", doubt: "true" }, now)).toEqual({
    from: "2026-02-28T12:00:00.000Z",
    hasDiscrepancy: "true",
  });
});

test("views are the same when they show the same rows", () => {
  expect(sameView({ status: "passed", cols: "status" }, { status: "passed" })).toBe(true);
  expect(sameView({ status: "passed" }, { status: "failed" })).toBe(false);
});
