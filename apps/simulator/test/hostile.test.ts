import { percentEncode } from "@verdict/provider";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isErrorCode } from "../src/rpc/answers.ts";
import { type ProviderBody, setup, signedRequest } from "./setup.ts";

const OPERATIONS = ["Initialize", "CheckResult", "CheckVerifyLog", "DeleteVerifyResult", "FaceDuplicationCheckIntl"];
const HOST = "simulator.test";
const NOW = Date.parse("2026-01-31T00:00:00Z");

type Hostile = { action?: string; query?: string; body?: string | Uint8Array<ArrayBuffer> };

/** One call with a good signature over whatever it carries. */
async function send(app: ReturnType<typeof setup>["app"], { action = "Initialize", query = "", body = "" }: Hostile) {
  const { headers } = signedRequest(action, new URLSearchParams(query), HOST, body, NOW);
  const init = body.length > 0 ? { body } : {};
  const response = await app.request(`http://${HOST}/${query && `?${query}`}`, { method: "POST", headers, ...init });
  return { status: response.status, body: (await response.json()) as ProviderBody };
}

const deep = "[".repeat(100_000) + "]".repeat(100_000);
const good = "ProductCode=ID_OCR&MerchantBizId=b&MerchantUserId=u&MetaInfo=m&DocType=00000001";
const many = (count: number) => Array.from({ length: count }, (_, nth) => `p${nth}=1`).join("&");

test.each<[string, Hostile, string]>([
  ["10 MB of Base64", { body: `FacePictureBase64=${"A".repeat(10_000_000)}` }, "ToolargeImage"],
  ["1.2 MB of Base64", { body: `${good}&FacePictureBase64=${"A".repeat(1_200_000)}` }, "ToolargeImage"],
  ["JSON 100,000 deep", { body: `${good}&DocPageConfig=${percentEncode(deep)}` }, "InvalidParameter"],
  ["JSON 9,000 deep", { body: `${good}&DocPageConfig=${percentEncode("[".repeat(9_000))}` }, "InvalidParameter"],
  ["a NUL in a value", { body: `${good}&SceneCode=a%00b` }, "InvalidParameter"],
  ["a NUL in a name", { body: `${good}&a%00b=1` }, "InvalidParameter"],
  ["half a surrogate pair", { body: `${good}&StyleConfig=%ED%A0%80` }, "InvalidParameter"],
  ["half a surrogate pair in the query", { query: `${good}&StyleConfig=%ED%A0%80` }, "InvalidParameter"],
  [
    "bytes that are no UTF-8",
    { body: Buffer.concat([Buffer.from(`${good}&StyleConfig=`), Buffer.from([0xff, 0xfe])]) },
    "InvalidParameter",
  ],
  ["a key twice in the query", { query: `${good}&DocType=00000001` }, "InvalidParameter"],
  ["a key twice in the body", { body: `${good}&DocType=01000000` }, "InvalidParameter"],
  ["a key in the query and in the body", { query: good, body: "DocType=01000000" }, "InvalidParameter"],
  ["201 parameters", { body: many(201) }, "InvalidParameter"],
  ["300,000 parameters", { body: "&".repeat(300_000) }, "InvalidParameter"],
  [
    "10,000 groups",
    { action: "FaceDuplicationCheckIntl", body: `FaceGroupCodes=${"a,".repeat(9_000)}` },
    "MissingParameter",
  ],
  ["a type that is none", { body: `${good}&DocScanMode=%5Bobject%20Object%5D` }, "InvalidParameter"],
  ["the name of a prototype", { body: `${good}&__proto__=1&constructor=2&DocType2=3&SceneCode=-` }, "InvalidParameter"],
  ["nothing", {}, "MissingParameter"],
])("%s is answered with a documented error", async (_name, hostile, code) => {
  const { app } = setup();
  const { body } = await send(app, hostile);
  expect(body.Code).toBe(code);
  expect(body.RequestId).toMatch(/^[0-9A-F-]{36}$/);
});

test("a body that ends early is no accident of ours", async () => {
  const { app } = setup();
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
  const request = new Request(`http://${HOST}/`, {
    method: "POST",
    body,
    duplex: "half",
    headers: { "x-acs-action": "Initialize" },
  });
  const response = await app.request(request);
  expect(response.status).toBe(400);
});

test("large bodies one after the other do not add up", async () => {
  const { app } = setup();
  const before = process.memoryUsage.rss();
  for (let nth = 0; nth < 20; nth += 1) {
    const picture = `FacePictureBase64=${"A".repeat(nth % 2 === 0 ? 10_000_000 : 1_000_000)}`;
    const { body } = await send(app, { body: `${good.replace("ID_OCR", "FACE_VERIFY")}&${picture}` });
    expect(["ToolargeImage", "UnqualifiedPhoto"]).toContain(body.Code);
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
});

const names = [
  "ProductCode",
  "MerchantBizId",
  "TransactionId",
  "FacePictureBase64",
  "SourceFacePicture",
  "VerifyModel",
];
const names2 = [
  "FaceGroupCodes",
  "DocPageConfig",
  "CallbackUrl",
  "FacePictureUrl",
  "DeleteType",
  "Signature",
  "Action",
];
const values = [
  "FACE_VERIFY",
  "ID_OCR",
  "FACE_IDU_MIN",
  "https://x/",
  "0",
  "All",
  "iVBORw0KGgo=",
  "/9j/4AAQ",
  "%00",
  "%F0%9F",
];
const pair = fc.tuple(
  fc.oneof(
    fc.constantFrom(...names, ...names2),
    fc.string({ unit: "binary" }).map((text) => percentEncode(text)),
  ),
  fc.oneof(
    fc.constantFrom(...values),
    fc.string({ unit: "binary" }).map((text) => percentEncode(text)),
  ),
);
const form = fc.array(pair, { maxLength: 12 }).map((pairs) => pairs.map((one) => one.join("=")).join("&"));
const raw = fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes));

test("whatever a body holds, the answer is one of the documented ones", async () => {
  const { app } = setup();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...OPERATIONS), fc.oneof(form, raw), async (action, body) => {
      const answer = await send(app, { action, body });
      const documented =
        answer.status === 200 ? ["Success", "200"].includes(answer.body.Code) : isErrorCode(answer.body.Code);
      expect({ ...answer, documented }).toMatchObject({ documented: true });
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: 400, seed: 20_260_131 },
  );
});

test("whatever a control command holds, it is carried out or refused with a reason", async () => {
  const { app, open } = setup();
  const id = await open();
  const commands = [
    "faults",
    "settings",
    "faces",
    "answers",
    "clock/advance",
    "groups/g/faces",
    `transactions/${id}/forge`,
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...commands), fc.oneof(fc.json(), fc.string()), async (command, body) => {
      const method = ["faults", "settings", "faces"].includes(command) ? "PUT" : "POST";
      const response = await app.request(`/_sim/${command}`, { method, body });
      expect(response.status).toBeLessThan(500);
      await response.json();
    }),
    { numRuns: 300, seed: 20_260_131 },
  );
});
