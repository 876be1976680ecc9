import { expect, test } from "vitest";
import { type Simulator, setup } from "./setup.ts";

const register = ({ control }: Simulator, group: string, person: string, merchantUserId: string) =>
  control("POST", `/groups/${group}/faces`, { person, merchantUserId });

const remove = async ({ call }: Simulator, parameters: Record<string, string>) =>
  (await call("DeleteFaceRecordV2", parameters)).body;

async function given(): Promise<Simulator> {
  const simulator = setup();
  await register(simulator, "g1", "ann", "u1");
  await register(simulator, "g1", "ann", "u2");
  await register(simulator, "g2", "ann", "u1");
  return simulator;
}

test("the faces under a name are forgotten in every group, those of others stay", async () => {
  const simulator = await given();
  expect(await remove(simulator, { MerchantUserId: "u1" })).toMatchObject({
    Code: "200",
    Result: { Deleted: "Y", DeletedGroupCodes: "g1,g2" },
  });
  expect((await remove(simulator, { MerchantUserId: "u1" })).Result).toMatchObject({ Deleted: "N" });
  expect((await remove(simulator, { MerchantUserId: "u2" })).Result).toMatchObject({ DeletedGroupCodes: "g1" });
});

test("or in one group only", async () => {
  const simulator = await given();
  expect((await remove(simulator, { MerchantUserId: "u1", FaceGroupCode: "g2" })).Result).toMatchObject({
    DeletedGroupCodes: "g2",
  });
  expect((await remove(simulator, { MerchantUserId: "u1" })).Result).toMatchObject({ DeletedGroupCodes: "g1" });
});

test("a name is needed", async () => {
  expect(await remove(setup(), {})).toMatchObject({ Code: "MissingParameter" });
});
