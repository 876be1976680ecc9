import { type Db, findVerification } from "@verdict/db";
import type { RecheckRefusal, VoidRefusal } from "@verdict/domain";
import { type Act, type ActResult, describeVerification } from "@verdict/services";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import { VerificationSchema } from "./verification-schemas.ts";

export type ActRoutesDeps = {
  db: Db;
  recheck: (act: Act) => Promise<ActResult<RecheckRefusal> | null>;
  void: (act: Act) => Promise<ActResult<VoidRefusal> | null>;
};

const request = { params: byId, body: jsonBody(z.strictObject({ reason })) };

const recheckCall = call({
  id: "recheckVerification",
  tag: "Verifications",
  permission: "verifications.recheck",
  concerns: "routes",
  method: "post",
  path: "/v1/verifications/{id}/recheck",
  summary: "Have the provider asked once more, with the reason",
  description:
    "The question is put before all others and asked soon, also about a verification that has ended: a result then moves an expired one, " +
    "and one that differs from what is on record becomes a discrepancy. The answer stands in the timeline.",
  request,
  answers: { 202: json(VerificationSchema, "The record, due to be asked about") },
  refuses: ["not_found", "nothing_to_ask"],
});

const voidCall = call({
  id: "voidVerification",
  tag: "Verifications",
  permission: "verifications.void",
  concerns: "routes",
  method: "post",
  path: "/v1/verifications/{id}/void",
  summary: "Declare a verification void that has not ended, with the reason",
  description: "It is asked about no more. A result that the provider tells later becomes a discrepancy.",
  request,
  answers: { 200: json(VerificationSchema, "The record, voided") },
  refuses: ["not_found", "already_voided", "already_ended"],
});

const NOTHING_TO_ASK: Record<RecheckRefusal, string> = {
  erased: "Somebody has asked that this person be erased.",
  answered_at_once: "A face check is answered at once, and cannot be asked about afterwards.",
  no_transaction: "The provider has named no transaction for it.",
  result_deleted: "The provider has deleted its result.",
};

const missing = (id: string) => ({ detail: `There is no verification ${id}.` });

export const actRoutes = (deps: ActRoutesDeps) =>
  calls()
    .openapi(recheckCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findVerification(deps.db, id));
      const act = { id, by: c.var.caller.id, ...c.req.valid("json") };
      const result = found && (await deps.recheck(act));
      if (!result) return problem(c, "not_found", missing(id));
      switch (result.outcome) {
        case "done":
          return c.json(describeVerification(result.verification), 202);
        case "refused":
          return problem(c, "nothing_to_ask", { verificationId: id, detail: NOTHING_TO_ASK[result.why] });
      }
    })
    .openapi(voidCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findVerification(deps.db, id));
      const act = { id, by: c.var.caller.id, ...c.req.valid("json") };
      const result = found && (await deps.void(act));
      if (!result) return problem(c, "not_found", missing(id));
      switch (result.outcome) {
        case "done":
          return c.json(describeVerification(result.verification), 200);
        case "refused":
          return problem(c, result.why, {
            verificationId: id,
            detail: `Its status is ${result.verification.status}.`,
          });
      }
    });
