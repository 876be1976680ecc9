import { PRODUCTS } from "@verdict/domain";
import { expect, test } from "vitest";
import { endpointOf, isRegion, REGIONS, type Region, servesProduct } from "../src/regions.ts";

const regions = Object.keys(REGIONS) as Region[];

test.each(regions)("the addresses of %s follow the documented form", (region) => {
  expect(endpointOf(region)).toBe(`https://cloudauth-intl.${region}.aliyuncs.com`);
  expect(endpointOf(region, { vpc: false })).toBe(endpointOf(region));
  expect(endpointOf(region, { vpc: true })).toBe(`https://cloudauth-intl-vpc.${region}.aliyuncs.com`);
});

test("sessions are offered in Hong Kong only, face checks everywhere", () => {
  const served = Object.fromEntries(
    PRODUCTS.map((product) => [product, regions.filter((region) => servesProduct(region, product))]),
  );
  expect(served).toEqual({ FACE_VERIFY: ["cn-hongkong"], ID_OCR: ["cn-hongkong"], FACE_IDU_MIN: regions });
});

test("only documented regions are regions", () => {
  expect(regions.every(isRegion)).toBe(true);
  expect(["", "cn-shanghai", "toString", "__proto__"].some(isRegion)).toBe(false);
});
