import { expect, test } from "vitest";
import { readOidc, SettingsError } from "../src/index.ts";

const all = { OIDC_ISSUER: "https://id.corp.example/realm/", OIDC_CLIENT_ID: "verdict", OIDC_CLIENT_SECRET: "s" };
const read = { issuer: "https://id.corp.example/realm", clientId: "verdict", clientSecret: "s" };

const linesOf = (source: Record<string, string>): readonly string[] => {
  try {
    readOidc(source);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
};

test("an identity provider is there with all that belongs to it, or not at all", () => {
  expect(readOidc({})).toBeNull();
  expect(readOidc(all)).toEqual({ ...read, roleClaim: null });
  expect(readOidc({ ...all, OIDC_ROLE_CLAIM: "realm_access.roles" })).toEqual({
    ...read,
    roleClaim: "realm_access.roles",
  });
});

test("half of one is a mistake", () => {
  const { OIDC_CLIENT_SECRET: _, ...half } = all;
  expect(linesOf(half)).toEqual(["OIDC_CLIENT_SECRET: not set, but others that begin with OIDC_ are"]);
  expect(linesOf({ OIDC_ROLE_CLAIM: "role" })).toHaveLength(3);
});

test("production asks for https, a desk does not", () => {
  const plain = { ...all, OIDC_ISSUER: "http://127.0.0.1:9000" };
  expect(readOidc(plain)).toMatchObject({ issuer: "http://127.0.0.1:9000" });
  expect(linesOf({ ...plain, NODE_ENV: "production" })).toEqual([expect.stringMatching(/^OIDC_ISSUER: /)]);
});
