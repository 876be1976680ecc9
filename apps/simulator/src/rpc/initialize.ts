import { InitializeRequest, pageRuleBroken, pictureRule } from "@verdict/provider";
import { goesEarly, planCallbacks } from "../callback-plan.ts";
import { seeFace } from "../faces/see-face.ts";
import { PASS } from "../outcomes.ts";
import { transactionId } from "../transaction-ids.ts";
import { isOpenAt, type Transaction } from "../transactions.ts";
import { type RpcAnswer, refusal, success } from "./answers.ts";
import type { CallContext, Operation } from "./call.ts";
import { brokenCallbackRule, isReachable } from "./callback-address.ts";
import {
  invalidParameter,
  missingParameter,
  type Parameters,
  type ReadRequest,
  readRequest,
  tooLargePicture,
} from "./parameters.ts";

/** `Initialize`: checks the request, tries the callback address, opens a session. */
export const initialize: Operation = async (parameters, context) => {
  const read = readInitialize(parameters, context);
  if (read.kind === "refused") return read.answer;

  const { world } = context;
  const { request } = read;
  // Drawn before anything is awaited, so that the order of arrival alone decides it.
  const ordinal = world.count("transactions");
  if (request.callbackUrl && !(await isReachable(request.callbackUrl, ordinal, context))) {
    const { probeMethod, probeTimeoutMs } = world.behaviour;
    return invalidParameter("CallbackUrl", `a ${probeMethod} to it was not answered well within ${probeTimeoutMs} ms`);
  }
  const opened = open(request, ordinal, context);
  world.transactions.put(opened);
  if (opened.early) await announceEarly(opened, context);
  if (world.behaviour.callbackOnExpiry === "sent") announceExpiry(opened, context);

  const { transactionId: TransactionId } = opened;
  const page = request.returnUrl && { TransactionUrl: `${context.origin}/#${TransactionId}` };
  return success({ TransactionId, Protocol: `simulated.${TransactionId}`, ...page });
};

function open(request: InitializeRequest, ordinal: number, { world, idSeed, ttlMs }: CallContext): Transaction {
  const now = world.clock.now();
  const isOcr = request.productCode === "ID_OCR";
  const early = request.callbackUrl !== undefined && goesEarly(world.faults, ordinal);
  return {
    ordinal,
    transactionId: transactionId(world.behaviour.transactionIdPrefix, `${idSeed}/${world.resets}/${ordinal}`),
    merchantBizId: request.merchantBizId,
    product: request.productCode,
    docType: isOcr ? request.docType : null,
    idSpoof: isOcr && request.idSpoof === "Y",
    docVideo: !isOcr && request.docVideo === "Y",
    callbackUrl: request.callbackUrl ?? null,
    callbackToken: request.callbackToken ?? null,
    initializedAt: now,
    expiresAt: now + ttlMs,
    written: early ? "processing" : "initialized",
    outcome: early ? { ...PASS, at: now } : null,
    early,
    abandonment: null,
    resultsGiven: 0,
    imagesDeleted: false,
    textDeleted: false,
    pending: [],
    callbacks: [],
  };
}

/** The fault `early`: the callback arrives while Initialize has not answered and the result is not ready to be asked for. */
async function announceEarly(opened: Transaction, { world, callbacks }: CallContext): Promise<void> {
  const [own, ...others] = planCallbacks(world, opened, PASS, world.clock.now());
  callbacks.launch(world, opened.transactionId, others);
  if (own) await callbacks.sendNow(world, opened.transactionId, own);
  world.transactions.change(opened.transactionId, () => ({ written: "completed" }));
}

/** The mainland sibling's word for "incomplete", since this product has none. */
const INCOMPLETE = { passed: "N", subCode: "401" } as const;

/** Not what is known of the provider: it is told to call back for sessions that nobody has finished, too. */
function announceExpiry({ transactionId: id, expiresAt }: Transaction, { world, callbacks }: CallContext): void {
  world.clock.at(expiresAt, () => {
    const held = world.transactions.find(id);
    const left = held && (held.written === "interrupted" || isOpenAt(held, expiresAt - 1));
    if (left) callbacks.launch(world, id, planCallbacks(world, held, INCOMPLETE, world.clock.now()));
  });
}

function readInitialize(parameters: Parameters, context: CallContext): ReadRequest<InitializeRequest> {
  const oversized = tooLargePicture(parameters);
  if (oversized) return { kind: "refused", answer: oversized };
  const read = readRequest(InitializeRequest, parameters);
  if (read.kind === "refused") return read;
  const answer = brokenRule(read.request, context);
  return answer ? { kind: "refused", answer } : read;
}

function brokenRule(request: InitializeRequest, { world, judge }: CallContext): RpcAnswer | null {
  const callback = brokenCallbackRule(request, world.behaviour);
  if (callback) return callback;
  if (request.productCode === "ID_OCR") {
    return pageRuleBroken(request) ? invalidParameter("DocPageConfig", "this DocType has one page only") : null;
  }
  switch (pictureRule(request)) {
    case "missing":
      return missingParameter("FacePictureBase64 or FacePictureUrl");
    case "duplicated":
      return refusal("DataDuplication", "FacePictureBase64 and FacePictureUrl are both given: send one of them.");
    case null: {
      const { facePictureBase64: base64, facePictureUrl: url } = request;
      const seen = seeFace({ name: "FacePicture", base64, url }, { rules: world.faceRules, judge });
      return seen.kind === "refused" ? seen.answer : null;
    }
  }
}
