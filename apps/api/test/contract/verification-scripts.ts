import type { Answer, CheckResultAnswer } from "@verdict/provider";
import { requestPictures } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { faceBody, faceChecked, initialized } from "../support.ts";
import type { Ask, Scripts } from "./ask.ts";
import { done, fresh } from "./given.ts";
import type { World } from "./world.ts";

const reason = "the user calls";
const facts = { httpStatus: 400, message: "the provider's words", requestId: "R-1" };

/** What the provider says in place of an answer, by the code that callers are told. */
const TROUBLE: Record<string, Answer<never>> = {
  provider_refused: { ...facts, kind: "permanent", code: "NoFaceDetected" },
  provider_misconfigured: { ...facts, kind: "configuration", code: "Forbidden.RAMUserAccessDenied" },
  provider_throttled: { ...facts, kind: "throttled", code: "Throttling.Api", retryAfterMs: null },
  provider_unavailable: { ...facts, kind: "transient", code: "ServiceUnavailable", lost: false },
  provider_timeout: { ...facts, kind: "transient", code: "Timeout", lost: false },
};

const troubles = (ask: (world: World, trouble: Answer<never>) => Ask | Promise<Ask>) =>
  Object.fromEntries(
    Object.entries(TROUBLE).map(([code, trouble]) => [code, (world: World) => ask(world, trouble)] as const),
  );

const start = (changes: object = {}) => faceBody({ merchantBizId: fresh(), ...changes });
const face = (changes: object = {}) => ({
  ...{ merchantBizId: fresh(), merchantUserId: "alice", verifyModel: 1 },
  sourceFacePictureUrl: "https://shop.example/now.jpg",
  targetFacePictureUrl: "https://shop.example/then.jpg",
  ...changes,
});
const session = (changes: object = {}) => ({
  ...{ product: "FACE_VERIFY", transactionId: `hks${fresh()}`, merchantBizId: fresh() },
  initializedAt: new Date(Date.now() - 60_000).toISOString(),
  ...changes,
});

/** A verification in that status, as the subject of a request. */
const about = async ({ db }: World, wanted: Parameters<typeof givenVerification>[1] = {}): Promise<{ id: string }> => ({
  id: (await givenVerification(db, wanted)).id,
});

/** An API whose provider answers so when it is asked for pictures. */
const picturesFrom = ({ s }: World, answer: Answer<CheckResultAnswer>) =>
  s.apiWith({
    requestPictures: (row, wish) =>
      requestPictures(s.startDeps, { provider: { checkResult: async () => answer }, qps: {} }, row, wish),
  });

/** The first of two requests hangs at the provider until the process ends. */
const hanging = () => new Promise<never>(() => {});

export const verificationScripts: Scripts = {
  startVerification: {
    sample: { body: start() },
    answers: {
      "201": ({ s }) => {
        s.answers(async () => initialized(`hks${fresh()}`));
        return { body: start() };
      },
      conflict: async (world) => {
        const body = start();
        world.s.answers(async () => initialized(`hks${fresh()}`));
        await done(world, "/v1/verifications", body);
        return { body: { ...body, merchantUserId: "bob" } };
      },
      in_progress: async ({ s }) => {
        const body = start();
        const asked = Promise.withResolvers<void>();
        s.answers(() => {
          asked.resolve();
          return hanging();
        });
        void s.post(body);
        await asked.promise;
        return { body };
      },
      ...troubles(({ s }, trouble) => {
        s.answers(async () => trouble);
        return { body: start() };
      }),
    },
  },
  registerVerification: {
    sample: { body: session() },
    answers: {
      "201": () => ({ body: session() }),
      conflict: async (world) => {
        const body = session();
        await done(world, "/v1/verifications/register", body);
        return { body: { ...body, sceneCode: "other" } };
      },
    },
  },
  runFaceCheck: {
    sample: { body: face() },
    answers: {
      "201": ({ s }) => {
        s.answersFaceChecks(async () => faceChecked({ faceComparisonScore: "98.5", faceAge: "30" }));
        return { body: face() };
      },
      conflict: async (world) => {
        const body = face();
        world.s.answersFaceChecks(async () => faceChecked({}));
        await done(world, "/v1/face-checks", body);
        return { body: { ...body, merchantUserId: "bob" } };
      },
      already_answered: async (world) => {
        const body = face();
        world.s.answersFaceChecks(async () => faceChecked({}));
        await done(world, "/v1/face-checks", body);
        return { body, query: { force: "true" } };
      },
      in_progress: async ({ s }) => {
        const body = face();
        const asked = Promise.withResolvers<void>();
        s.answersFaceChecks(() => {
          asked.resolve();
          return hanging();
        });
        void s.post(body, { path: "/v1/face-checks" });
        await asked.promise;
        return { body };
      },
      ...troubles(({ s }, trouble) => {
        s.answersFaceChecks(async () => trouble);
        return { body: face() };
      }),
      answer_lost: ({ s }) => {
        s.answersFaceChecks(async () => ({ ...facts, kind: "transient", code: "Timeout", lost: true }));
        return { body: face() };
      },
    },
  },
  listVerifications: {
    answers: {
      "200": async (world) => {
        await about(world, { status: "passed" });
        return { query: { limit: "2", status: "passed,failed" } };
      },
    },
  },
  lookUpVerifications: {
    sample: { body: { ids: ["nobody"] } },
    answers: { "200": async (world) => ({ body: { ids: [(await about(world)).id, "nobody"] } }) },
  },
  getVerification: {
    answers: {
      "200": (world) =>
        about(world, { status: "expired", walkAway: { progress: "interrupted", errorCode: "1006", page: "FACE" } }),
      "304": async ({ db }) => {
        const { id, version } = await givenVerification(db);
        return { id, headers: { "If-None-Match": `"${version}"` } };
      },
    },
  },
  getTimeline: {
    answers: {
      "200": async (world) => {
        const held = await about(world);
        await done(world, `/v1/verifications/${held.id}/recheck`, { reason });
        return held;
      },
    },
  },
  recheckVerification: {
    sample: { body: { reason } },
    answers: {
      "202": (world) => about(world, { status: "passed" }),
      nothing_to_ask: (world) => about(world, { status: "initializing" }),
    },
  },
  voidVerification: {
    sample: { body: { reason } },
    answers: {
      "200": (world) => about(world),
      already_voided: (world) => about(world, { status: "voided" }),
      already_ended: (world) => about(world, { status: "failed" }),
    },
  },
  listDetails: { answers: { "200": (world) => withDetails(world) } },
  revealDetails: { sample: { body: { reason } }, answers: { "200": (world) => withDetails(world) } },
  requestPictures: {
    sample: { body: { reason } },
    answers: {
      "200": async (world) => ({
        ...(await about(world, { status: "passed" })),
        to: picturesFrom(world, { ...facts, kind: "ok", code: "Success", result: { passed: "Y", subCode: "200" } }),
      }),
      erased: async (world) => {
        const held = await about(world, { status: "passed" });
        await world.db.sql`update verifications set erased_at = now() where id = ${held.id}`;
        return held;
      },
      ...troubles(async (world, trouble) => ({
        ...(await about(world, { status: "passed" })),
        to: picturesFrom(world, trouble),
      })),
    },
  },
};

async function withDetails({ db, startDeps }: World): Promise<Ask> {
  const { id } = await givenVerification(db, { status: "passed", product: "ID_OCR" });
  const place = { verificationId: id, class: "document", field: "ocrIdInfo.surname" } as const;
  const envelope = startDeps.cipher.seal(place, "Chan");
  await db.sql`
    insert into personal_details values (${id}, ${place.class}, ${place.field}, ${envelope}, 'd1', ${id}, now())`;
  return { id };
}
