import {
  brokenFaceCheckRules,
  FaceDuplicationCheckRequest,
  registrationGroup,
  sha256Hex,
  toWireResult,
  VERIFY_MODELS,
} from "@verdict/provider";
import type { z } from "zod";
import { decideFaceCheck } from "../faces/decide-face-check.ts";
import type { RegisteredFace } from "../faces/face-groups.ts";
import { type Face, type Seen, seeFace } from "../faces/see-face.ts";
import { type RpcAnswer, refusal, success } from "./answers.ts";
import type { CallContext, Operation } from "./call.ts";
import { missingParameter, type Parameters, readRequest, tooLargePicture } from "./parameters.ts";

type Request = z.output<typeof FaceDuplicationCheckRequest>;

/** `FaceDuplicationCheckIntl` (seed 2): answers at once, and may register the face it was asked about. */
export const faceDuplicationCheck: Operation = (parameters, context) => {
  const { world } = context;
  const read = readFaceCheck(parameters, world.behaviour.faceCheckDefaults);
  if (read.kind === "refused") return read.answer;
  const { request } = read;

  const source = lookAt("Source", request, context);
  if (source.kind === "refused") return source.answer;
  const target = compares(request) ? lookAt("Target", request, context) : null;
  if (target?.kind === "refused") return target.answer;

  const codes = searches(request) ? (request.faceGroupCodes ?? []) : [];
  const duplicates = world.groups.search(codes, source.face.person);
  const decision = decideFaceCheck({
    source: source.face,
    target: target?.face ?? null,
    liveness: request.liveness === "1",
    duplicates,
    returnFaces: Number(request.returnFaces),
  });
  const id = sha256Hex(`${context.idSeed}/${world.resets}/check/${world.count("face checks")}`).slice(0, 32);
  const registration = decision.passed && wantsRegistration(request) ? register(request, source.face, context) : {};
  const { passed, ...said } = decision;
  const facePassed = passed ? world.behaviour.facePassedWord : "N";
  return success(toWireResult({ facePassed, ...said, ...registration, transactionId: id }));
};

const searches = ({ verifyModel }: Request) => verifyModel !== VERIFY_MODELS.verification;
const compares = ({ verifyModel }: Request) => verifyModel !== VERIFY_MODELS.search;

/** Beware: 0 registers. */
const wantsRegistration = (request: Request) => searches(request) && request.autoRegistration === "0";

function lookAt(which: "Source" | "Target", request: Request, { world, judge }: CallContext): Seen {
  const given =
    which === "Source"
      ? { base64: request.sourceFacePicture, url: request.sourceFacePictureUrl }
      : { base64: request.targetFacePicture, url: request.targetFacePictureUrl };
  return seeFace({ name: `${which}FacePicture`, ...given }, { rules: world.faceRules, judge });
}

function register(request: Request, { person }: Face, { world }: CallContext): Record<string, unknown> {
  const faceGroupCode = registrationGroup(request) ?? "";
  const { merchantUserId } = request;
  const face: RegisteredFace | null = world.groups.register({
    ...{ faceGroupCode, merchantUserId, person },
    registeredAt: world.clock.now(),
  });
  const result = face ? 1 : 0;
  return {
    faceRegistrationResult: world.behaviour.registrationResult === "number" ? result : String(result),
    faceRegistrationId: face?.faceId,
  };
}

/** The vendor's metadata names other defaults than seed 2 does (provider notes, section 7). */
const DEFAULTS = {
  documentation: {},
  metadata: { VerifyModel: "0", AutoRegistration: "0" },
} as const;

function readFaceCheck(parameters: Parameters, defaults: keyof typeof DEFAULTS) {
  const oversized = tooLargePicture(parameters);
  if (oversized) return { kind: "refused", answer: oversized } as const;
  const read = readRequest(FaceDuplicationCheckRequest, { ...DEFAULTS[defaults], ...parameters });
  if (read.kind === "refused") return read;
  // A field the mode has no use for is ignored: nothing says that the provider minds.
  const [broken] = brokenFaceCheckRules(read.request).filter(({ kind }) => kind !== "unused");
  return broken ? ({ kind: "refused", answer: refusalOf(broken) } as const) : read;
}

const refusalOf = ({ kind, field, message }: { kind: string; field: string; message: string }): RpcAnswer => {
  const name = field.charAt(0).toUpperCase() + field.slice(1);
  return kind === "duplicated" ? refusal("DataDuplication", `${name}: ${message}.`) : missingParameter(name);
};
