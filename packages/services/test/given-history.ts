import { setCallLimit, type Verification } from "@verdict/db";
import { TEST_KEY } from "@verdict/testkit";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { type RegisterRequest, registerVerification } from "../src/register-verification.ts";
import { type FaceCheckRequest, runFaceCheck } from "../src/run-face-check.ts";
import { type StartRequest, startVerification } from "../src/start-verification.ts";
import { gone, lost, ok, pending, refused, type Script, scriptedProvider, type setup } from "./support.ts";

export const YES = { passed: true, subCode: "200" };
export const NO = { passed: false, subCode: "204" };
export const saysYes = ok({ passed: "Y", subCode: "200" });
export const saysNo = ok({ passed: "N", subCode: "204" });
const interrupted = ok({ verifyStatus: "1", verifyErrorCode: "1006", interruptPageEn: "FACE" });

/** The verbs of the services, as the apps use them, around one database. */
export function actors(s: Awaited<ReturnType<typeof setup>>) {
  const startDeps = {
    ...s.deps,
    ttl: 1_800,
    callbackBaseUrl: "https://callbacks.example.com",
    pepper: "a pepper that only tests know",
    wait: async () => {},
  };
  const row = (id: string) => s.reload({ id });

  async function start(initialize?: Script["initialize"]): Promise<Verification> {
    const transactionId = `hks${s.newId()}`;
    const answers = initialize ?? [ok({ transactionId, protocol: "P-1", transactionUrl: "https://face.example" })];
    const route = {
      slug: "default",
      provider: scriptedProvider({ initialize: answers }).client,
      signingKey: TEST_KEY,
      callbackPath: "/callbacks/default",
    };
    const request = { productCode: "FACE_VERIFY", merchantUserId: "alice", metaInfo: "{}" } as StartRequest;
    const started = await startVerification(startDeps, route, request);
    return row("verification" in started ? started.verification.id : started.verificationId);
  }

  return {
    start,
    /** A callback that comes and is decided. */
    async told(about: Verification, claim = YES, transactionId = about.transactionId ?? "tx"): Promise<string> {
      const receiptId = await s.receive(about, claim, { transactionId });
      await reconcileReceipts(s.deps, [receiptId]);
      return receiptId;
    },
    async asked(about: Verification, script: Script): Promise<Verification> {
      const asked = await s.check(about, scriptedProvider(script).client);
      if (!asked) throw new Error("It was not due.");
      return s.reload(about);
    },
    async register(changes: Partial<RegisterRequest>): Promise<Verification> {
      const registration: RegisterRequest = {
        product: "FACE_VERIFY",
        transactionId: `hks${s.newId()}`,
        merchantBizId: s.newId().replaceAll("-", ""),
        initializedAt: s.now(),
        ...changes,
      };
      const result = await registerVerification({ ...startDeps, opaqueTokens: () => true }, "default", registration);
      if (result.outcome !== "registered") throw new Error(`It was not registered: ${result.outcome}`);
      return result.verification;
    },
    faceCheck: (
      answer: NonNullable<Script["faceDuplicationCheck"]>[number],
      merchantBizId: string = s.newId().replaceAll("-", ""),
      force = false,
    ) => {
      const provider = scriptedProvider({ faceDuplicationCheck: [answer] }).client;
      const request = {
        productCode: "FACE_IDU_MIN",
        merchantBizId,
        merchantUserId: "alice",
        verifyModel: "0",
        sourceFacePictureUrl: "https://shop.example/alice.jpg",
      } as FaceCheckRequest;
      return runFaceCheck(startDeps, { slug: "default", provider }, request, { force });
    },
  };
}

/** Every way a session can go, gone by the services themselves. At its end some wait, and none is late. */
export async function givenHistory(s: Awaited<ReturnType<typeof setup>>): Promise<void> {
  const { start, told, asked, register, faceCheck } = actors(s);
  await setCallLimit(s.db, { route: "default", product: "FACE_VERIFY", operation: "CheckResult" }, 2);

  for (const [claim, checkResult] of [
    [YES, saysYes],
    [YES, saysNo],
    [NO, saysNo],
  ] as const) {
    const claimed = await start();
    await told(claimed, claim);
    s.pass(1);
    await asked(claimed, { checkResult: [checkResult] });
    await told(claimed, YES);
    await told(claimed, NO, "somebody else's");
  }
  const outrun = await start([
    async (request) => {
      const id = String(request.merchantBizId).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
      await told(await s.reload({ id }), YES, "hks-outrun");
      return ok({ transactionId: "hks-outrun" });
    },
  ]);
  await asked(outrun, { checkResult: [saysYes] });

  await start([refused("InvalidParameter")]);
  const unanswered = await start([lost]);
  const silent = [await start(), await start()];
  const stranger = { ...unanswered, id: s.newId(), transactionId: "hks-stranger" };
  await told(stranger, YES, "hks-stranger");
  const adopted = await register({ transactionId: "hks-stranger" });
  const registered = await register({ transactionId: "hks-registered" });
  await told({ ...stranger, id: s.newId() }, NO, "hks-registered");
  await told({ ...stranger, id: s.newId() }, NO, "hks-nobody's");
  for (const row of [adopted, registered]) {
    s.pass(1);
    await asked(row, { checkResult: [saysYes] });
  }

  await faceCheck(ok({ facePassed: "N", subCode: "204" }));
  await faceCheck(refused("InvalidParameter"));
  await faceCheck(lost, "paidTwice");
  await faceCheck(ok({ facePassed: "Y", subCode: "200" }), "paidTwice", true);
  await faceCheck(lost);

  s.pass(1_930);
  await asked(unanswered, {});
  for (const row of silent) {
    s.pass(1);
    await asked(row, { checkResult: [pending], checkVerifyLog: [interrupted] });
  }
  const [late] = silent;
  if (!late) throw new Error("Nobody was silent.");
  await told(late);
  await asked(late, { checkResult: [saysYes] });

  const forgotten = await start();
  s.pass(31 * 86_400);
  await asked(forgotten, { checkResult: [gone] });

  await s.receive(await start(), YES);
  await start([lost]);
}
