import { expect, test } from "vitest";
import { CHANNEL_FIELDS, type ChannelKind, listOf, readChannelConfig } from "../src/pages/admin/channel-fields.ts";
import { newSecret } from "../src/pages/admin/new-secret.ts";

const TYPED: Readonly<Record<string, string>> = {
  url: " https://hooks.example.com/1 ",
  secrets: "whsec_one, whsec_two",
  host: "smtp.example.com",
  port: "465",
  security: "tls",
  from: "verdict@example.com",
  to: "a@example.com, b@example.com",
  routingKey: "k".repeat(32),
  region: "eu",
  labels: "team=risk\nno pair\nurl=https://a.example/?b=c",
};

test.each<[ChannelKind, object]>([
  ["webhook", { url: "https://hooks.example.com/1", secrets: ["whsec_one", "whsec_two"] }],
  ["slack", { url: "https://hooks.example.com/1" }],
  ["dingtalk", { url: "https://hooks.example.com/1" }],
  ["feishu", { url: "https://hooks.example.com/1" }],
  [
    "email",
    {
      ...{ host: "smtp.example.com", port: 465, security: "tls", from: "verdict@example.com" },
      to: ["a@example.com", "b@example.com"],
    },
  ],
  ["pagerduty", { routingKey: "k".repeat(32), region: "eu" }],
  ["alertmanager", { url: "https://hooks.example.com/1", labels: { team: "risk", url: "https://a.example/?b=c" } }],
])("what was typed for %s is a configuration without what was left empty", (kind, config) => {
  expect(readChannelConfig(kind, (name) => TYPED[name] ?? "")).toEqual({ kind, ...config });
});

test("there is a form for each kind, and each asks for something", () => {
  for (const fields of Object.values(CHANNEL_FIELDS)) expect(fields.some(({ optional }) => !optional)).toBe(true);
});

test("lists are separated as people separate them", () => {
  expect(listOf(" near,far ,\nelse ")).toEqual(["near", "far", "else"]);
  expect(listOf(" ")).toEqual([]);
});

test("a secret that is made here is one, and never twice the same", () => {
  const [one, other] = [newSecret(), newSecret()];
  expect(atob(one.slice("whsec_".length))).toHaveLength(32);
  expect(one).not.toBe(other);
});
