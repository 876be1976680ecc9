import { expect, test } from "vitest";
import { dingtalkMessage } from "../src/channels/dingtalk.ts";
import { feishuMessage } from "../src/channels/feishu.ts";
import { givenNotice } from "./given-notice.ts";

// The expected values come from the vendors' own Python examples, run with these inputs.

test("DingTalk: signed as the vendor's example signs", () => {
  const config = {
    kind: "dingtalk",
    url: "https://robot.example.com/send?access_token=x",
    secret: "this is secret",
  } as const;
  expect(dingtalkMessage(givenNotice(), config, new Date(1_577_262_236_757)).url).toBe(
    `${config.url}&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D`,
  );
});

test("Feishu: signed as the vendor's example signs", () => {
  const config = { kind: "feishu", url: "https://bot.example.com/hook/x", secret: "demo" } as const;
  expect(JSON.parse(feishuMessage(givenNotice(), config, new Date(1_599_360_473_999)).body)).toMatchObject({
    timestamp: "1599360473",
    sign: "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=",
  });
});

test("without a secret nothing is signed", () => {
  const dingtalk = { kind: "dingtalk", url: "https://robot.example.com/send?access_token=x" } as const;
  const feishu = { kind: "feishu", url: "https://bot.example.com/hook/x" } as const;
  expect(dingtalkMessage(givenNotice(), dingtalk, new Date()).url).toBe(dingtalk.url);
  expect(JSON.parse(feishuMessage(givenNotice(), feishu, new Date()).body)).not.toHaveProperty("sign");
});
