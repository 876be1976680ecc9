import { sha256Hex } from "@verdict/provider";
import { expect, test } from "vitest";
import { base64, jpegOf, pngOf } from "./pictures.ts";
import { type Parameters, type Simulator, setup } from "./setup.ts";

const CHECK = {
  ProductCode: "FACE_IDU_MIN",
  MerchantBizId: "biz3",
  MerchantUserId: "user-1",
  SourceFacePictureUrl: "https://images.example/person/ann/1.jpg",
};
const SEARCH = { ...CHECK, VerifyModel: "0", FaceGroupCodes: "g1" };
const COMPARE = { ...CHECK, VerifyModel: "1", TargetFacePictureUrl: "https://images.example/person/ann/2.jpg" };
const BOTH = { ...COMPARE, VerifyModel: "2", FaceGroupCodes: "g1" };
const other = { TargetFacePictureUrl: "https://images.example/person/bob/1.jpg" };
const attack = { SourceFacePictureUrl: "https://images.example/person/ann/attack/1.jpg" };
const policy = { SourceFacePictureUrl: "https://images.example/policy/1.jpg" };

const check = async ({ call }: Simulator, parameters: Parameters) =>
  (await call("FaceDuplicationCheckIntl", parameters, { inBody: true })).body;

const registerAnn = (simulator: Simulator, group = "g1", merchantUserId = "first") =>
  simulator.control("POST", `/groups/${group}/faces`, { person: "ann", merchantUserId });

const fields = ["FaceAttack", "FaceAttackScore", "FaceComparisonScore", "DuplicateFace", "FaceRegistrationResult"];

test.each<[string, Parameters, string, string, string[]]>([
  ["a search that finds nobody", SEARCH, "Y", "200", []],
  ["a comparison with oneself", COMPARE, "Y", "200", ["FaceComparisonScore"]],
  ["a comparison with somebody else", { ...COMPARE, ...other }, "N", "204", ["FaceComparisonScore"]],
  ["both, nobody found and the same", BOTH, "Y", "200", ["FaceComparisonScore"]],
  ["both, nobody found and another", { ...BOTH, ...other }, "N", "204", ["FaceComparisonScore"]],
  ["an attack nobody looks for", { ...SEARCH, ...attack }, "Y", "200", []],
  ["an attack", { ...SEARCH, ...attack, Liveness: "1" }, "N", "205", ["FaceAttack", "FaceAttackScore"]],
  ["no attack", { ...SEARCH, Liveness: "1" }, "Y", "200", ["FaceAttack", "FaceAttackScore"]],
  ["a policy", { ...SEARCH, ...policy }, "N", "206", []],
  ["a registration", { ...SEARCH, AutoRegistration: "0" }, "Y", "200", ["FaceRegistrationResult"]],
  ["no registration", { ...SEARCH, AutoRegistration: "1" }, "Y", "200", []],
  ["the documented default mode", { ...COMPARE, VerifyModel: undefined }, "Y", "200", ["FaceComparisonScore"]],
])("%s: the answer has what belongs to it and nothing else", async (_name, parameters, passed, subCode, present) => {
  const { Code, Result } = await check(setup(), parameters);
  expect(Code).toBe("Success");
  expect(Result).toMatchObject({ FacePassed: passed, SubCode: subCode });
  expect(Result?.TransactionId).toMatch(/^[0-9a-f]{32}$/);
  expect(fields.filter((field) => field in (Result ?? {})).sort()).toEqual([...present].sort());
});

test("0 registers: the second time the same face is a duplicate, in whatever picture it comes", async () => {
  const simulator = setup();
  const parameters = { ...SEARCH, AutoRegistration: "0" };
  const first = await check(simulator, parameters);
  expect(first.Result).toMatchObject({ SubCode: "200", FaceRegistrationResult: "1" });

  const second = await check(simulator, { ...parameters, SourceFacePictureUrl: COMPARE.TargetFacePictureUrl });
  expect(second.Result).toMatchObject({ FacePassed: "N", SubCode: "233" });
  expect(second.Result).not.toHaveProperty("FaceRegistrationResult");
  expect(JSON.parse(String(second.Result?.DuplicateFace))).toEqual([
    { faceGroupCode: "g1", faceId: first.Result?.FaceRegistrationId, merchantUserId: "user-1" },
  ]);
});

test("a face goes to the group that is named for it", async () => {
  const simulator = setup();
  await check(simulator, { ...SEARCH, FaceGroupCodes: "g1,g2", AutoRegistration: "0", FaceRegisterGroupCode: "g3" });
  expect((await simulator.control("GET", "/groups")).body).toMatchObject([
    { faceGroupCode: "g1", faces: [] },
    { faceGroupCode: "g2", faces: [] },
    { faceGroupCode: "g3", faces: [{ merchantUserId: "user-1", registeredAt: "2026-01-31T00:00:00.000Z" }] },
  ]);
});

test.each(["205", "233"])("a face that ended with %s is not registered", async (subCode) => {
  const simulator = setup();
  if (subCode === "233") await registerAnn(simulator);
  const change = subCode === "205" ? { ...attack, Liveness: "1" } : {};
  const { Result } = await check(simulator, {
    ...SEARCH,
    ...change,
    AutoRegistration: "0",
    FaceRegisterGroupCode: "g9",
  });
  expect(Result?.SubCode).toBe(subCode);
  expect((await simulator.control("GET", "/groups")).body).not.toContainEqual(
    expect.objectContaining({ faceGroupCode: "g9" }),
  );
});

test.each([
  [undefined, 1],
  ["1", 1],
  ["3", 3],
  ["5", 5],
])("ReturnFaces %s of six names %d", async (ReturnFaces, count) => {
  const simulator = setup();
  for (let nth = 0; nth < 6; nth += 1) await registerAnn(simulator, "g1", `user-${nth}`);
  const { Result } = await check(simulator, { ...SEARCH, ReturnFaces });
  expect(Result?.DuplicateFace).toBeTypeOf("string");
  expect(JSON.parse(String(Result?.DuplicateFace))).toHaveLength(count);
});

test("the same pixels are the same person, the file does not matter", async () => {
  const simulator = setup();
  const search = (bytes: Buffer, change: Parameters = {}) =>
    check(simulator, { ...SEARCH, SourceFacePictureUrl: undefined, SourceFacePicture: base64(bytes), ...change });
  expect((await search(pngOf(1), { AutoRegistration: "0" })).Result?.SubCode).toBe("200");
  expect((await search(pngOf(1, undefined, 1))).Result?.SubCode).toBe("233");
  expect((await search(pngOf(2))).Result?.SubCode).toBe("200");
});

test("a rule has the last word about a picture, by its address or by its digest", async () => {
  const simulator = setup();
  const file = jpegOf(3);
  const faces = [
    { picture: "https://images.example/unknown.jpg", person: "ann" },
    { picture: `sha256:${sha256Hex(file)}`, person: "ann", attack: true },
  ];
  expect(await simulator.control("PUT", "/faces", { faces })).toEqual({ status: 200, body: { faces } });
  const target = { TargetFacePictureUrl: "https://images.example/unknown.jpg" };
  expect((await check(simulator, { ...COMPARE, ...target })).Result?.SubCode).toBe("200");
  const source = { SourceFacePictureUrl: undefined, SourceFacePicture: base64(file) };
  expect((await check(simulator, { ...COMPARE, ...source })).Result?.SubCode).toBe("200");
  expect((await check(simulator, { ...COMPARE, ...source, Liveness: "1" })).Result?.SubCode).toBe("205");
  await simulator.control("PUT", "/faces", { faces: [] });
  expect((await check(simulator, { ...COMPARE, ...source })).Result?.SubCode).toBe("204");
});

test.each<[string, Parameters, string, string]>([
  ["no source", { ...SEARCH, SourceFacePictureUrl: undefined }, "MissingParameter", "SourceFacePicture"],
  ["no target", { ...COMPARE, TargetFacePictureUrl: undefined }, "MissingParameter", "TargetFacePicture"],
  ["no group", { ...SEARCH, FaceGroupCodes: undefined }, "MissingParameter", "FaceGroupCodes"],
  ["no group to register in", { ...SEARCH, FaceGroupCodes: "a,b", AutoRegistration: "0" }, "MissingParameter", "Group"],
  ["no user", { ...SEARCH, MerchantUserId: undefined }, "MissingParameter", "MerchantUserId"],
  ["two sources", { ...SEARCH, SourceFacePicture: "abcd" }, "DataDuplication", "SourceFacePicture"],
  ["eleven groups", { ...SEARCH, FaceGroupCodes: "abcdefghijk".split("").join(",") }, "InvalidParameter", "FaceGroup"],
  ["a full-width comma", { ...SEARCH, FaceGroupCodes: "a，b" }, "InvalidParameter", "FaceGroupCodes"],
  ["another mode", { ...SEARCH, VerifyModel: "3" }, "InvalidParameter", "VerifyModel"],
  ["six faces", { ...SEARCH, ReturnFaces: "6" }, "InvalidParameter", "ReturnFaces"],
  ["another product", { ...SEARCH, ProductCode: "FACE_VERIFY" }, "InvalidParameter", "ProductCode"],
])("%s is refused as it is documented, and the parameter is named", async (_name, parameters, code, named) => {
  const { Code, Message, Result } = await check(setup(), parameters);
  expect(Code).toBe(code);
  expect(Message).toContain(named);
  expect(Result).toBeUndefined();
});

test.each([
  ["no-face", "NoFaceDetected"],
  ["unqualified", "UnqualifiedPhoto"],
  ["too-large", "ToolargeImage"],
  ["timeout", "DownloadTimeout"],
])("a picture whose address says %s ends as %s, for every operation that takes one", async (marker, code) => {
  const simulator = setup();
  const url = `https://images.example/${marker}/1.jpg`;
  expect((await check(simulator, { ...SEARCH, SourceFacePictureUrl: url })).Code).toBe(code);
  expect((await check(simulator, { ...COMPARE, TargetFacePictureUrl: url })).Code).toBe(code);
  await expect(simulator.open({ FacePictureUrl: url })).resolves.toBe("undefined");
});

test("the vendor's other defaults, spellings and types can be had", async () => {
  const simulator = setup({
    settings: { behaviour: { faceCheckDefaults: "metadata", facePassedWord: "Yes", registrationResult: "number" } },
  });
  const { Result } = await check(simulator, { ...SEARCH, VerifyModel: undefined });
  expect(Result).toMatchObject({ FacePassed: "Yes", FaceRegistrationResult: 1 });
});

test("groups are forgotten one by one, all at once, and by a reset", async () => {
  const simulator = setup();
  for (const group of ["g1", "g2", "g3"]) await registerAnn(simulator, group);
  expect((await simulator.control("DELETE", "/groups/g1")).body).toEqual({ forgotten: 1 });
  expect((await simulator.control("DELETE", "/groups/g1")).body).toEqual({ forgotten: 0 });
  expect((await simulator.control("DELETE", "/groups")).body).toEqual({ forgotten: 2 });
  await registerAnn(simulator);
  await simulator.control("DELETE", "");
  expect((await simulator.control("GET", "/groups")).body).toEqual([]);
});
