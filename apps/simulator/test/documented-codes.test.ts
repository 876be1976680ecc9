import { expect, test } from "vitest";
import type { Behaviour } from "../src/behaviour.ts";
import { STATUS } from "../src/rpc/answers.ts";
import { base64, blankPng } from "./pictures.ts";
import { FACE, OCR, type Parameters, type SignedChange, setup } from "./setup.ts";

type Way = {
  operation?: string;
  parameters?: Parameters;
  change?: SignedChange;
  behaviour?: Partial<Behaviour>;
  fault?: string;
  /** Through `/_sim/answers`. Those of the older signature are reached in its own suite, the rest belong to what is not here. */
  asked?: true;
};

const picture = (url: string): Way => ({ operation: "Initialize", parameters: { ...FACE, FacePictureUrl: url } });
const blank = { ...FACE, FacePictureUrl: undefined, FacePictureBase64: base64(blankPng()) };
const unknown = { MerchantBizId: "biz1", TransactionId: "hksx" };

/** How each documented code is reached (seeds 0 to 2, and sections 2.5 and 2.6 of the provider notes). */
const WAYS: Record<keyof typeof STATUS, Way> = {
  MissingParameter: { operation: "Initialize", parameters: { ...FACE, MetaInfo: undefined } },
  InvalidParameter: { operation: "Initialize", parameters: { ...OCR, DocType: "0" } },
  TransactionIdInvalid: { parameters: unknown },
  IncompleteSignature: { asked: true },
  SignatureDoesNotMatch: { change: { key: { id: "ak", secret: "wrong" } } },
  SignatureNonceUsed: { asked: true },
  InvalidSignatureMethod: { asked: true },
  "InvalidTimeStamp.Format": { change: { headers: { "x-acs-date": "today" } } },
  "InvalidTimeStamp.Expired": { change: { date: 0 } },
  "InvalidAccessKeyId.Inactive": { behaviour: { account: "key-inactive" } },
  "InvalidParameter.Format": { asked: true },
  InvalidVersion: { change: { headers: { "x-acs-version": "2019-03-07" } } },
  MissingAccessKeyId: { asked: true },
  MissingSignatureNonce: { asked: true },
  MissingTimestamp: { asked: true },
  UnsupportedHTTPMethod: { change: { method: "PUT" } },
  NoFaceDetected: { operation: "Initialize", parameters: blank, change: { inBody: true } },
  UnqualifiedPhoto: picture("https://images.example/unqualified/1.jpg"),
  ToolargeImage: picture("https://images.example/too-large/1.jpg"),
  DataDuplication: { operation: "Initialize", parameters: { ...FACE, FacePictureBase64: "abcd" } },
  DownloadTimeout: picture("https://images.example/timeout/1.jpg"),
  "Forbidden.ExceptionRepeatedInvoke": { behaviour: { repeatedInvokeLimit: 1 } },
  "Forbidden.RAMUserAccessDenied": { behaviour: { account: "ram-denied" } },
  "Forbidden.AccountAccessDenied": { behaviour: { account: "not-activated" } },
  NoPermission: { asked: true },
  "Throttling.Api": { fault: "throttle" },
  "Throttling.User": { asked: true },
  Throttling: { asked: true },
  "Throttling.Api.Concurrency": { asked: true },
  ProcessNotCompleted: {},
  "InvalidAccessKeyId.NotFound": { change: { key: { id: "nobody", secret: "x" } } },
  "InvalidApi.NotFound": { operation: "FaceCompare" },
  "InvalidProduct.NotFound": { asked: true },
  "InvalidProtocol.NeedSsl": { asked: true },
  SuspiciousActivity: { asked: true },
  InternalError: { fault: "error" },
  ServiceUnavailable: { fault: "error" },
};

test.each(Object.entries(WAYS))("%s is reached, with the status it is documented with", async (code, way) => {
  const { behaviour = {}, operation = "CheckResult", parameters, change, fault, asked } = way;
  const { call, open, control } = setup({ settings: { behaviour } });
  const given = parameters ?? { MerchantBizId: "biz1", TransactionId: await open() };
  if (fault) await control("PUT", "/faults", { calls: { [fault]: 1 } });
  if (asked) await control("POST", "/answers", { operation, code });

  // Which error a fault brings is drawn per call; mistakes in a row are counted.
  const seen = new Map<string, number>();
  for (let nth = 0; nth < 12 && !seen.has(code); nth += 1) {
    const wrong = behaviour.repeatedInvokeLimit && nth === 0 ? unknown : given;
    const { status, body } = await call(operation, wrong, asked ? {} : change);
    seen.set(body.Code, status);
  }
  expect(seen.get(code)).toBe(STATUS[code as keyof typeof STATUS]);
});

/** The tables of seeds 0, 1 and 2, and what the notes add to them. */
const DOCUMENTED = [
  ...["MissingParameter 400", "InvalidParameter 400", "TransactionIdInvalid 400", "NoFaceDetected 401"],
  ...["UnqualifiedPhoto 401", "ToolargeImage 401", "DataDuplication 401", "DownloadTimeout 401"],
  ...["Forbidden.ExceptionRepeatedInvoke 401", "Forbidden.RAMUserAccessDenied 403"],
  ...["Forbidden.AccountAccessDenied 403", "Throttling.Api 403", "ProcessNotCompleted 404"],
  ...["SuspiciousActivity 429", "InternalError 500", "ServiceUnavailable 503"],
];

test("no documented code is missing", () => {
  const here = Object.entries(STATUS).map(([code, status]) => `${code} ${status}`);
  expect(DOCUMENTED.filter((line) => !here.includes(line))).toEqual([]);
});

const CHECK = { ProductCode: "FACE_IDU_MIN", MerchantBizId: "biz3", MerchantUserId: "u", Liveness: "1" };
const at = (path: string) => `https://images.example/${path}/1.jpg`;

test.each([
  ["200", at("person/ann"), at("person/ann")],
  ["204", at("person/ann"), at("person/bob")],
  ["205", at("attack"), at("attack")],
  ["206", at("policy"), at("policy")],
  ["233", at("person/dup"), at("person/dup")],
])("sub-code %s of FACE_IDU_MIN is reached", async (subCode, SourceFacePictureUrl, TargetFacePictureUrl) => {
  const { call, control } = setup();
  await control("POST", "/groups/g1/faces", { person: "dup", merchantUserId: "first" });
  const pictures = { SourceFacePictureUrl, TargetFacePictureUrl };
  const { body } = await call("FaceDuplicationCheckIntl", {
    ...CHECK,
    ...pictures,
    VerifyModel: "2",
    FaceGroupCodes: "g1",
  });
  expect(body.Result).toMatchObject({ SubCode: subCode, FacePassed: subCode === "200" ? "Y" : "N" });
});

test.each(["200", "204", "205", "206", "207", "210", "401"])("sub-code %s of a session is reached", async (subCode) => {
  const { open, complete, checkResult, callbacks } = setup();
  const passed = subCode === "200" || subCode === "210" ? "Y" : "N";
  const id = await open();
  await complete(id, passed, subCode);
  expect((await checkResult(id)).body.Result).toMatchObject({ Passed: passed, SubCode: subCode });
  expect(callbacks()[0]?.searchParams.get("subCode")).toBe(subCode);
});
