import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { newWebhookSecret, signWebhook, webhookSecret } from "../src/index.ts";

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const secrets = fc.array(fc.uint8Array({ minLength: 24, maxLength: 64 }), { minLength: 1, maxLength: 3 });

test("the reference library takes every message, with any one of the live secrets", () => {
  fc.assert(
    fc.property(id, fc.json(), secrets, (message, payload, keys) => {
      const live = keys.map((key) => `whsec_${Buffer.from(key).toString("base64")}`);
      const headers = signWebhook({ id: message, timestamp: new Date(), payload, secrets: live });
      for (const secret of live) {
        expect(new Webhook(secret).verify(payload, headers)).toEqual(JSON.parse(payload));
      }
    }),
  );
});

test("it takes none that was changed, in body, id or time, nor one of an old secret", () => {
  const [secret, old] = [newWebhookSecret(), newWebhookSecret()];
  const headers = signWebhook({ id: "msg_1", timestamp: new Date(), payload: "{}", secrets: [secret] });
  const verify = (body: string, changed = {}, key = secret) =>
    new Webhook(key).verify(body, { ...headers, ...changed });
  const later = `${Number(headers["webhook-timestamp"]) + 1}`;

  expect(verify("{}")).toEqual({});
  expect(() => verify("{ }")).toThrow("No matching signature");
  expect(() => verify("{}", { "webhook-id": "msg_2" })).toThrow("No matching signature");
  expect(() => verify("{}", { "webhook-timestamp": later })).toThrow("No matching signature");
  expect(() => verify("{}", {}, old)).toThrow("No matching signature");
});

test("signatures stand in the order of the secrets, a space between them", () => {
  const headers = signWebhook({
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: new Date(1_614_265_330_000),
    payload: '{"test": 2432232314}',
    secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
  });
  expect(headers).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": expect.stringMatching(/^v1,g0hM9SsE\+OTPJTGt\/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,[\w+/]{43}=$/),
  });
});

test.each(["", "a.b", "a b", "a\nb", "é", "a".repeat(129)])("the id %j is never signed", (wrong) => {
  const message = { id: wrong, timestamp: new Date(), payload: "{}", secrets: [newWebhookSecret()] };
  expect(() => signWebhook(message)).toThrow("message id");
});

test("nothing is signed without a secret", () => {
  expect(() => signWebhook({ id: "a", timestamp: new Date(), payload: "{}", secrets: [] })).toThrow("without a secret");
});

test("a new secret is 32 random bytes in the form the specification wants", () => {
  const made = new Set(Array.from({ length: 100 }, () => newWebhookSecret()));
  expect(made.size).toBe(100);
  for (const secret of made) {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhookSecret.safeParse(secret).success).toBe(true);
  }
});

test.each([
  "",
  "whsec_",
  "secret",
  newWebhookSecret().slice(6),
  `whsec_${Buffer.alloc(23).toString("base64")}`,
  `whsec_${Buffer.alloc(65).toString("base64")}`,
  `whsec_${Buffer.alloc(32, 255).toString("base64url")}`,
  `whsec_${"!".repeat(44)}`,
])("%j is no secret, and the message does not repeat it", (text) => {
  const parsed = webhookSecret.safeParse(text);
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual(["expected whsec_ and 24 to 64 bytes in base64"]);
});
