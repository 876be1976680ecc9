export type { Answer, CallFacts } from "./answer.ts";
export { CheckResultAnswer, CheckResultRequest } from "./check-result.ts";
export { CheckVerifyLogAnswer, CheckVerifyLogRequest } from "./check-verify-log.ts";
export type { ProviderClient, ProviderClientOptions } from "./client.ts";
export { createProviderClient } from "./client.ts";
export type { AnswerClass } from "./codes.ts";
export { ANSWER_CLASSES, classify } from "./codes.ts";
export { DeleteFaceRecordAnswer, DeleteFaceRecordRequest } from "./delete-face-record.ts";
export { DeleteVerifyResultAnswer, DeleteVerifyResultRequest } from "./delete-verify-result.ts";
export { parseDuplicateFaces, parseExtRecord } from "./ext-records.ts";
export type { BrokenRule } from "./face-duplication-check.ts";
export {
  brokenFaceCheckRules,
  FaceDuplicationCheckAnswer,
  FaceDuplicationCheckRequest,
  registrationGroup,
  VERIFY_MODELS,
} from "./face-duplication-check.ts";
export type { DocType } from "./initialize.ts";
export {
  DOC_TYPES,
  FaceVerifyRequest,
  IdOcrRequest,
  InitializeRequest,
  InitializeResult,
  merchantBizId,
  pageRuleBroken,
  pictureRule,
  plainText,
  sceneCode,
  transactionId,
} from "./initialize.ts";
export { KeepaliveAnswer } from "./keepalive.ts";
export { type MadeCall, OPERATION_NAMES, observeCalls } from "./observe-calls.ts";
export type { PictureProblem, PictureRule, PictureWarning } from "./picture.ts";
export { judgePicture, PICTURE_LIMITS } from "./picture.ts";
export type { Region } from "./regions.ts";
export { endpointOf, isRegion, REGIONS, servesProduct } from "./regions.ts";
export type { DocumentedAt, ReturnCode } from "./return-codes.ts";
export { RETURN_CODES } from "./return-codes.ts";
export type { Credentials, Operation } from "./sign-call.ts";
export { API_VERSION } from "./sign-call.ts";
export type { ParsedAuthorization, SignableRequest } from "./sign-v3.ts";
export {
  authorization,
  canonicalRequest,
  parseAuthorization,
  percentEncode,
  sha256Hex,
  signature,
  signedHeaderNames,
  verifySignature,
} from "./sign-v3.ts";
export type { DocumentedSubCode } from "./sub-codes.ts";
export { DOCUMENTED_SUB_CODES } from "./sub-codes.ts";
export type { WireParameters } from "./wire.ts";
export { fromWire, requestFromWire, toWire, toWireResult, wireName } from "./wire.ts";
