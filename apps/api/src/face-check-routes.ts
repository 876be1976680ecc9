import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { describeVerification, type FaceCheckRequest, type FaceCheckResult } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { FaceCheckBody, PICTURE_FIELDS, toFaceCheckRequest } from "./face-check-body.ts";
import { pictureWarnings } from "./picture-issues.ts";
import { invalidRequest, problem, unknownRoute } from "./problem.ts";
import { providerDetails, providerUnavailable, refusedByProvider } from "./provider-problem.ts";
import { json, refusal, security } from "./responses.ts";
import { FaceCheckSchema } from "./verification-schemas.ts";

export type FaceCheckDeps = {
  /** Null when there is no such route. */
  checkFace: (route: string, request: FaceCheckRequest, options: { force: boolean }) => Promise<FaceCheckResult> | null;
};

const faceCheckRoute = createRoute({
  method: "post",
  path: "/v1/face-checks",
  summary: "Compare a face with another or with face groups; answers at once and is billed per call",
  security,
  request: {
    query: z.object({ force: z.enum(["true", "false"]).default("false") }),
    body: { required: true, content: { "application/json": { schema: FaceCheckBody } } },
  },
  responses: {
    201: json(FaceCheckSchema, "The answer, or the record of the same request made before"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    409: refusal("conflict, in_progress or already_answered"),
    413: refusal("too_large"),
    415: refusal("unsupported_media_type"),
    422: refusal("provider_refused"),
    502: refusal("provider_misconfigured"),
    503: refusal("provider_unavailable or provider_throttled"),
    504: refusal("provider_timeout or answer_lost"),
  },
});

export function faceCheckRoutes({ checkFace }: FaceCheckDeps) {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidRequest(c, result.error)),
  });
  app.openapi(faceCheckRoute, async (c) => {
    const body = c.req.valid("json");
    const { route, request } = toFaceCheckRequest(body);
    const result = await checkFace(route, request, { force: c.req.valid("query").force === "true" });
    if (!result) return problem(c, "invalid_request", unknownRoute(route));
    return answer(c, result, pictureWarnings(body, PICTURE_FIELDS));
  });
  return app;
}

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
