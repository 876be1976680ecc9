import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Verification } from "@verdict/db";
import { merchantBizId, plainText, sceneCode } from "@verdict/provider";
import { describeVerification, type RegisterRequest, type RegisterResult } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { instant } from "./instant.ts";
import { invalidRequest, problem, unknownRoute } from "./problem.ts";
import { json, refusal, security } from "./responses.ts";
import { VerificationSchema } from "./verification-schemas.ts";

export type RegisterRoutesDeps = {
  /** Null when there is no such route. */
  register: (route: string, request: RegisterRequest) => Promise<RegisterResult> | null;
};

/** What a callback can bring back as it was: anything else could never be matched. */
const printable = z.string().regex(/^[!-~]{1,64}$/, "1 to 64 printable ASCII characters without spaces");

const RegisterBody = z.strictObject({
  route: z.string().default("default"),
  product: z.enum(["FACE_VERIFY", "ID_OCR"]),
  transactionId: printable,
  merchantBizId,
  merchantUserId: plainText(128).optional(),
  sceneCode: sceneCode.optional(),
  callbackToken: printable.optional().describe("What Initialize was given; only its hash is kept"),
  initializedAt: instant,
  expiresAt: instant.optional(),
});

const RegisteredSchema = VerificationSchema.extend({ warnings: z.array(z.string()) });

const registerRoute = createRoute({
  method: "post",
  path: "/v1/verifications/register",
  summary: "Register a session that another system initialized",
  security,
  request: { body: { required: true, content: { "application/json": { schema: RegisterBody } } } },
  responses: {
    201: json(RegisteredSchema, "Registered, or the record of the same registration made before"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    409: refusal("conflict"),
    413: refusal("too_large"),
    415: refusal("unsupported_media_type"),
  },
});

export function registerRoutes({ register }: RegisterRoutesDeps) {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidRequest(c, result.error)),
  });
  app.openapi(registerRoute, async (c) => {
    const { route, ...request } = c.req.valid("json");
    const result = await register(route, request);
    if (!result) return problem(c, "invalid_request", unknownRoute(route));
    return answer(c, result, warningsFor(request));
  });
  return app;
}

function answer(c: Context, result: RegisterResult, warnings: string[]) {
  switch (result.outcome) {
    case "registered":
      return c.json(registered(result.verification, warnings), 201);
    case "repeated":
      return c.json(registered(result.verification, warnings), 201, { "Idempotency-Replayed": "true" });
    case "conflict":
      return problem(c, "conflict", {
        detail: `${result.field}: another verification of this route has it`,
        verificationId: result.verificationId,
      });
    case "invalid":
      return problem(c, "invalid_request", {
        detail: result.faults.map(({ field, message }) => `${field}: ${message}`).join("; "),
        errors: result.faults.map(({ field, message }) => ({ path: field, message })),
      });
  }
}

const registered = (row: Verification, warnings: string[]) => ({ ...describeVerification(row), warnings });

/** 22 characters of Base64 hold 128 bits, if they are random. */
const TOKEN_LENGTH_ADVISED = 22;

const warningsFor = ({ callbackToken }: RegisterRequest): string[] =>
  callbackToken !== undefined && callbackToken.length < TOKEN_LENGTH_ADVISED
    ? [`callbackToken: shorter than ${TOKEN_LENGTH_ADVISED} characters, so a stranger may guess it`]
    : [];
