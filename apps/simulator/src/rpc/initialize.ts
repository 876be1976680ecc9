import { InitializeRequest, pageRuleBroken, pictureRule } from "@verdict/provider";
import { goesEarly, planCallbacks } from "../callback-plan.ts";
import { PASS } from "../outcomes.ts";
import type { Send } from "../send.ts";
import { transactionId } from "../transaction-ids.ts";
import type { Transaction } from "../transactions.ts";
import type { World } from "../world.ts";
import { type RpcAnswer, refusal, success } from "./answers.ts";
import type { CallContext, Operation } from "./call.ts";
import { invalidParameter, missingParameter, type Parameters, type ReadRequest, readRequest } from "./parameters.ts";

/** How long the receiver may take to show that it can be reached (provider notes, section 5.3). */
const PROBE_LIMIT_MS = 5_000;

/** `Initialize`: checks the request, tries the callback address, opens a session. */
export const initialize: Operation = async (parameters, context) => {
  const read = readInitialize(parameters);
  if (read.kind === "refused") return read.answer;

  const { world, send } = context;
  const { request } = read;
  // Drawn before anything is awaited, so that the order of arrival alone decides it.
  const ordinal = world.count("transactions");
  if (request.callbackUrl && !(await isReachable(request.callbackUrl, world, send))) {
    return invalidParameter("CallbackUrl", "a GET to it did not answer 2xx within 5 seconds");
  }
  const opened = open(request, ordinal, context);
  world.transactions.put(opened);
  if (opened.early) await announceEarly(opened, context);

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
    transactionId: transactionId(idSeed, world.resets, ordinal),
    merchantBizId: request.merchantBizId,
    product: request.productCode,
    docType: isOcr ? request.docType : null,
    idSpoof: isOcr && request.idSpoof === "Y",
    callbackUrl: request.callbackUrl ?? null,
    callbackToken: request.callbackToken ?? null,
    initializedAt: now,
    expiresAt: now + ttlMs,
    written: early ? "processing" : "initialized",
    outcome: early ? { ...PASS, at: now } : null,
    early,
    abandonment: null,
    resultsGiven: 0,
    pending: [],
    callbacks: [],
  };
}

/** The fault `early`: the callback arrives while Initialize has not answered and the result is not ready to be asked for. */
async function announceEarly(opened: Transaction, { world, callbacks }: CallContext): Promise<void> {
  const [own, ...others] = planCallbacks(world.faults, opened, PASS, world.clock.now());
  callbacks.launch(world, opened.transactionId, others);
  if (own) await callbacks.sendNow(world, opened.transactionId, own);
  world.transactions.change(opened.transactionId, () => ({ written: "completed" }));
}

function readInitialize(parameters: Parameters): ReadRequest<InitializeRequest> {
  const read = readRequest(InitializeRequest, { ...parameters, ...pages(parameters.DocPageConfig) });
  if (read.kind === "refused") return read;
  const answer = brokenRule(read.request);
  return answer ? { kind: "refused", answer } : read;
}

/** The page list travels as JSON text. */
function pages(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    return { DocPageConfig: JSON.parse(text) };
  } catch {
    return {};
  }
}

function brokenRule(request: InitializeRequest): RpcAnswer | null {
  if (request.callbackUrl && !isHttpsOrLoopback(request.callbackUrl)) {
    return invalidParameter("CallbackUrl", "it must begin with https (only a loopback host may do without)");
  }
  if (request.productCode === "ID_OCR") {
    return pageRuleBroken(request) ? invalidParameter("DocPageConfig", "this DocType has one page only") : null;
  }
  switch (pictureRule(request)) {
    case "missing":
      return missingParameter("FacePictureBase64 or FacePictureUrl");
    case "duplicated":
      return refusal("DataDuplication", "FacePictureBase64 and FacePictureUrl are both given: send one of them.");
    case null:
      return null;
  }
}

function isHttpsOrLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

async function isReachable(url: string, world: World, send: Send): Promise<boolean> {
  const sent = await send(url, PROBE_LIMIT_MS);
  const httpStatus = sent.kind === "answered" ? sent.httpStatus : null;
  const reached = httpStatus !== null && httpStatus >= 200 && httpStatus < 300;
  const code = sent.kind === "failed" ? sent.code : reached ? "Success" : "Refused";
  world.log.add({ direction: "out", operation: "Probe", transactionId: null, httpStatus, code });
  return reached;
}
