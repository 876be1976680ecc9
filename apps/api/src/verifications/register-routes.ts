import type { Verification } from "@verdict/db";
import { reaches } from "@verdict/domain";
import { merchantBizId, plainText, sceneCode } from "@verdict/provider";
import { describeVerification, type RegisterRequest, type RegisterResult } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { instant } from "../http/instant.ts";
import { problem, unknownRoute } from "../http/problem.ts";
import { json, jsonBody } from "../http/responses.ts";
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

const registerCall = call({
  id: "registerVerification",
  tag: "Verifications",
  permission: "verifications.register",
  concerns: "routes",
  method: "post",
  path: "/v1/verifications/register",
  summary: "Register a session that another system initialized",
  request: { body: jsonBody(RegisterBody) },
  answers: {
    201: json(RegisteredSchema, "Registered, or the record of the same registration made before"),
  },
  refuses: ["conflict"],
});

export const registerRoutes = ({ register }: RegisterRoutesDeps) =>
  calls().openapi(registerCall, async (c) => {
    const { route, ...request } = c.req.valid("json");
    const result = reaches(c.var.caller, route) ? await register(route, request) : null;
    if (!result) return problem(c, "invalid_request", unknownRoute(route));
    return answer(c, result, warningsFor(request));
  });

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
