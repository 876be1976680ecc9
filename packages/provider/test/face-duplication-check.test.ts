import { describe, expect, test } from "vitest";
import { readAnswer } from "../src/answer.ts";
import {
  type BrokenRule,
  brokenFaceCheckRules,
  FaceDuplicationCheckAnswer,
  FaceDuplicationCheckRequest,
  registrationGroup,
} from "../src/face-duplication-check.ts";
import { requestFromWire, toWire } from "../src/wire.ts";

const base = { productCode: "FACE_IDU_MIN", merchantBizId: "e0c34a77", merchantUserId: "123456789" } as const;

const accepts = (more: Record<string, unknown>) => FaceDuplicationCheckRequest.safeParse({ ...base, ...more }).success;

test("defaults are always sent, since the sources disagree on two of them", () => {
  expect(FaceDuplicationCheckRequest.parse(base)).toEqual({
    ...base,
    verifyModel: "1",
    liveness: "0",
    autoRegistration: "1",
    returnFaces: "1",
  });
});

test("reserved parameters and unknown ones are not sent", () => {
  const parsed = FaceDuplicationCheckRequest.parse({ ...base, saveFacePicture: "1", faceVerifyThreshold: "1", x: "y" });
  expect(Object.keys(parsed)).not.toEqual(expect.arrayContaining(["saveFacePicture"]));
  expect(parsed).not.toHaveProperty("faceVerifyThreshold");
  expect(parsed).not.toHaveProperty("x");
});

const groups = (count: number) => Array.from({ length: count }, (_, at) => `g${at}`);

describe("limits", () => {
  test.each<[string, unknown, boolean]>([
    ["productCode", "FACE_VERIFY", false],
    ["sceneCode", "1234567890", true],
    ["sceneCode", "12345678901", false],
    ["merchantBizId", "a".repeat(33), false],
    ["merchantBizId", undefined, false],
    ["merchantUserId", "u".repeat(32), true],
    ["merchantUserId", "u".repeat(33), false],
    ["merchantUserId", "", false],
    ["verifyModel", "0", true],
    ["verifyModel", "2", true],
    ["verifyModel", "3", false],
    ["verifyModel", 1, false],
    ["liveness", "1", true],
    ["liveness", "2", false],
    ["autoRegistration", "0", true],
    ["autoRegistration", "Y", false],
    ["returnFaces", "5", true],
    ["returnFaces", "6", false],
    ["returnFaces", "0", false],
    ["returnFaces", 3, false],
    ["faceGroupCodes", groups(10), true],
    ["faceGroupCodes", groups(11), false],
    ["faceGroupCodes", [], false],
    ["faceGroupCodes", "g1,g2", false],
    ["faceGroupCodes", ["g1,g2"], false],
    ["faceGroupCodes", ["g1，g2"], false],
    ["faceGroupCodes", [""], false],
    ["faceRegisterGroupCode", "0e0c34a77f", true],
    ["faceRegisterGroupCode", "g".repeat(65), false],
    ["sourceFacePicture", "", false],
    ["sourceFacePicture", "A".repeat(1_400_001), false],
    ["sourceFacePictureUrl", "https://example.com/face1.jpeg", true],
    ["sourceFacePictureUrl", "ftp://example.com/face1.jpeg", false],
    ["targetFacePictureUrl", "face2.jpeg", false],
  ])("%s, row %#", (name, value, allowed) => {
    expect(accepts({ [name]: value })).toBe(allowed);
  });
});

describe("what is allowed together", () => {
  const source = { sourceFacePicture: "/9j/" };
  const sourceUrl = { sourceFacePictureUrl: "https://example.com/1.jpeg" };
  const target = { targetFacePicture: "/9j/" };
  const targetUrl = { targetFacePictureUrl: "https://example.com/2.jpeg" };
  const group = { faceGroupCodes: ["g1"] };
  const two = { faceGroupCodes: ["g1", "g2"] };
  const register = { autoRegistration: "0" };

  test.each<[mode: string, given: Record<string, unknown>, broken: string[]]>([
    ["0", { ...source, ...group }, []],
    ["0", { ...sourceUrl, ...two }, []],
    ["0", {}, ["sourceFacePicture missing", "faceGroupCodes missing"]],
    ["0", { ...source }, ["faceGroupCodes missing"]],
    ["0", { ...source, ...sourceUrl, ...group }, ["sourceFacePicture duplicated"]],
    ["0", { ...source, ...target, ...group }, ["targetFacePicture unused"]],
    ["0", { ...source, ...targetUrl, ...group }, ["targetFacePicture unused"]],
    ["0", { ...source, ...group, ...register }, []],
    ["0", { ...source, ...two, ...register }, ["faceRegisterGroupCode missing"]],
    ["0", { ...source, ...two, ...register, faceRegisterGroupCode: "g3" }, []],

    ["1", { ...source, ...target }, []],
    ["1", { ...sourceUrl, ...targetUrl }, []],
    ["1", {}, ["sourceFacePicture missing", "targetFacePicture missing"]],
    ["1", { ...source }, ["targetFacePicture missing"]],
    ["1", { ...target }, ["sourceFacePicture missing"]],
    ["1", { ...source, ...target, ...targetUrl }, ["targetFacePicture duplicated"]],
    ["1", { ...source, ...target, ...group }, ["faceGroupCodes unused"]],
    ["1", { ...source, ...target, ...register }, ["autoRegistration unused"]],

    ["2", { ...source, ...targetUrl, ...group }, []],
    ["2", {}, ["sourceFacePicture missing", "targetFacePicture missing", "faceGroupCodes missing"]],
    ["2", { ...source, ...target }, ["faceGroupCodes missing"]],
    ["2", { ...source, ...group }, ["targetFacePicture missing"]],
    ["2", { ...source, ...target, ...two, ...register }, ["faceRegisterGroupCode missing"]],
    ["2", { ...source, ...target, ...group, ...register }, []],
  ])("mode %s with %j breaks %j", (verifyModel, given, broken) => {
    const request = FaceDuplicationCheckRequest.parse({ ...base, verifyModel, ...given });
    const said = brokenFaceCheckRules(request).map(({ field, kind }: BrokenRule) => `${field} ${kind}`);
    expect(said).toEqual(broken);
  });

  test.each<[Parameters<typeof registrationGroup>[0], string | null]>([
    [{}, null],
    [{ faceGroupCodes: ["g1"] }, "g1"],
    [{ faceGroupCodes: ["g1", "g2"] }, null],
    [{ faceGroupCodes: ["g1", "g2"], faceRegisterGroupCode: "g3" }, "g3"],
    [{ faceRegisterGroupCode: "g3" }, "g3"],
  ])("with %j a face is registered in %s", (given, group) => {
    expect(registrationGroup(given)).toBe(group);
  });
});

test("what the client sends is what a reader of the wire finds", () => {
  const request = FaceDuplicationCheckRequest.parse({ ...base, verifyModel: "0", faceGroupCodes: ["g1", "g2"] });
  expect(FaceDuplicationCheckRequest.parse(requestFromWire(toWire(request)))).toEqual(request);
});

describe("the answer, which was paid for", () => {
  const read = (Result: unknown) =>
    readAnswer(200, null, JSON.stringify({ Code: "Success", Result }), FaceDuplicationCheckAnswer);

  test("numbers and texts are read alike, and everything is kept", () => {
    const DuplicateFace = '[{"faceGroupCode":"g","faceId":"f","merchantUserId":"u"}]';
    const ExtFaceInfo = { faceQualityScore: 88.1 };
    const numbers = { FacePassed: "Y", SubCode: 200, FaceComparisonScore: 98, FaceRegistrationResult: 1, FaceAge: 30 };
    expect(read({ ...numbers, DuplicateFace, ExtFaceInfo, New: 1 })).toMatchObject({
      kind: "ok",
      result: {
        facePassed: "Y",
        subCode: "200",
        faceComparisonScore: "98",
        faceRegistrationResult: "1",
        faceAge: "30",
        duplicateFace: DuplicateFace,
        extFaceInfo: ExtFaceInfo,
        new: 1,
      },
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ["null", { FaceAge: null, FaceGender: null, DuplicateFace: null, FaceAttack: null, TransactionId: null }],
    [
      "of an unexpected type",
      { FaceAge: { value: 30 }, FaceGender: false, FaceAttackScore: [], FaceComparisonScore: {} },
    ],
  ])("what is %s beside the verdict does not cost the verdict", (_what, more) => {
    const answer = read({ FacePassed: "N", SubCode: "205", ...more });
    expect(answer).toMatchObject({ kind: "ok", result: { facePassed: "N", subCode: "205" } });
    if (answer.kind === "ok") expect(answer.result.faceAge).toBeUndefined();
  });

  test.each([{ FacePassed: true }, { FacePassed: ["Y"] }, { FacePassed: "Y", SubCode: {} }])(
    "a verdict that cannot be read is none: %j",
    (Result) => {
      expect(read(Result)).toMatchObject({ kind: "unknown", code: "UnexpectedAnswer" });
    },
  );

  test.each([null, {}, { FacePassed: null, SubCode: null }])("an answer without a verdict stays one: %j", (Result) => {
    const answer = read(Result);
    if (answer.kind !== "ok") throw new Error("the answer was not read");
    expect([answer.result.facePassed, answer.result.subCode]).toEqual([undefined, undefined]);
  });
});
