import { reaches } from "@verdict/domain";
import { describeVerification, type FaceCheckRequest, type FaceCheckResult } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { problem, unknownRoute } from "../http/problem.ts";
import { json, jsonBody } from "../http/responses.ts";
import { FaceCheckBody, PICTURE_FIELDS, toFaceCheckRequest } from "./face-check-body.ts";
import { pictureWarnings } from "./picture-issues.ts";
import { providerDetails, providerUnavailable, refusedByProvider } from "./provider-problem.ts";
import { FaceCheckSchema } from "./verification-schemas.ts";

export type FaceCheckDeps = {
  /** Null when there is no such route. */
  checkFace: (route: string, request: FaceCheckRequest, options: { force: boolean }) => Promise<FaceCheckResult> | null;
};

const faceCheckCall = call({
  id: "runFaceCheck",
  tag: "Verifications",
  permission: "face_checks.run",
  concerns: "routes",
  method: "post",
  path: "/v1/face-checks",
  summary: "Compare a face with another or with face groups; answers at once and is billed per call",
  request: {
    query: z.object({ force: z.enum(["true", "false"]).default("false") }),
    body: jsonBody(FaceCheckBody),
  },
  answers: {
    201: json(FaceCheckSchema, "The answer, or the record of the same request made before"),
  },
  refuses: [
    "conflict",
    "in_progress",
    "already_answered",
    "provider_refused",
    "provider_misconfigured",
    "provider_unavailable",
    "provider_throttled",
    "provider_timeout",
    "answer_lost",
  ],
});

export const faceCheckRoutes = ({ checkFace }: FaceCheckDeps) =>
  calls().openapi(faceCheckCall, async (c) => {
    const body = c.req.valid("json");
    const { route, request } = toFaceCheckRequest(body);
    const force = c.req.valid("query").force === "true";
    const result = reaches(c.var.caller, route) ? await checkFace(route, request, { force }) : null;
    if (!result) return problem(c, "invalid_request", unknownRoute(route));
    return answer(c, result, pictureWarnings(body, PICTURE_FIELDS));
  });

function answer(c: Context, result: FaceCheckResult, warnings: string[]) {
  switch (result.outcome) {
    case "answered": {
      const { verification, details, estimates } = result;
      return c.json({ ...describeVerification(verification), faceCheck: details, estimates, warnings }, 201);
    }
    case "repeated": {
      const { verification, details } = result;
      const body = { ...describeVerification(verification), faceCheck: details, estimates: null, warnings };
      return c.json(body, 201, { "Idempotency-Replayed": "true" });
    }
    case "conflict":
      return problem(c, "conflict", { verificationId: result.verificationId });
    case "in_progress":
      return problem(c, "in_progress", { verificationId: result.verificationId }, { "Retry-After": "1" });
    case "already_answered":
      return problem(c, "already_answered", { verificationId: result.verificationId });
    case "lost":
      return problem(c, "answer_lost", providerDetails(result.answer, result.verification.id));
    case "refused":
      return refusedByProvider(c, result.answer, result.verification.id);
    case "unavailable":
      return providerUnavailable(c, result.answer, result.verificationId);
  }
}
