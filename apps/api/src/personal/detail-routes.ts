import { type Db, findVerification, type Verification } from "@verdict/db";
import { DETAIL_CLASSES } from "@verdict/domain";
import {
  type DetailCipher,
  type PicturesResult,
  readMaskedDetails,
  revealDetails,
  type ShownDetail,
} from "@verdict/services";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import { providerUnavailable, refusedByProvider } from "../verifications/provider-problem.ts";

export type DetailRoutesDeps = {
  db: Db;
  now: () => Date;
  cipher: DetailCipher;
  /** Null when the route is not configured any more. */
  requestPictures: (row: Verification, wish: { by: string; reason: string }) => Promise<PicturesResult> | null;
};

const DetailsSchema = z.object({
  items: z.array(
    z.object({
      class: z.enum(DETAIL_CLASSES),
      field: z.string().describe("The provider's own name, with a dot between levels"),
      value: z.string().nullable().describe("Null where it cannot be read: its key is gone, or it was tampered with"),
      storedAt: z.iso.datetime(),
    }),
  ),
});

const readCall = call({
  id: "listDetails",
  tag: "Verifications",
  permission: "verifications.read",
  concerns: "routes",
  method: "get",
  path: "/v1/verifications/{id}/details",
  summary: "What the provider told about the person, masked",
  description: "An initial, a year, the end of a number, verdicts and scores. Too little to be put on record.",
  request: { params: byId },
  answers: { 200: json(DetailsSchema, "Masked details") },
  refuses: ["not_found"],
});

const revealCall = call({
  id: "revealDetails",
  tag: "Verifications",
  permission: "personal.reveal",
  concerns: "routes",
  method: "post",
  path: "/v1/verifications/{id}/details/reveal",
  summary: "What the provider told about the person, in the clear; who asked and why is put on record first",
  request: {
    params: byId,
    body: jsonBody(z.strictObject({ reason, fields: z.array(z.string().min(1).max(300)).min(1).max(200).optional() })),
  },
  answers: { 200: json(DetailsSchema, "The details, all or those asked for") },
  refuses: ["not_found"],
});

const picturesCall = call({
  id: "requestPictures",
  tag: "Verifications",
  permission: "pictures.request",
  concerns: "routes",
  method: "post",
  path: "/v1/verifications/{id}/pictures",
  summary:
    "Fetch the pictures from the provider and pass them on; they are not stored. Who asked and why is put on record first",
  request: { params: byId, body: jsonBody(z.strictObject({ reason })) },
  answers: {
    200: json(
      z.object({ pictures: z.array(z.object({ name: z.string(), base64: z.string() })) }),
      "The pictures; none where the provider has none, or none any more",
    ),
  },
  refuses: [
    ...(["not_found", "erased", "provider_refused", "provider_misconfigured"] as const),
    ...(["provider_unavailable", "provider_throttled", "provider_timeout"] as const),
  ],
});

const show = ({ storedAt, ...detail }: ShownDetail) => ({ ...detail, storedAt: storedAt.toISOString() });
const missing = (id: string) => ({ detail: `There is no verification ${id}.` });

export const detailRoutes = ({ requestPictures, ...deps }: DetailRoutesDeps) =>
  calls()
    .openapi(readCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findVerification(deps.db, id));
      if (!found) return problem(c, "not_found", missing(id));
      return c.json({ items: (await readMaskedDetails(deps, found.id)).map(show) }, 200);
    })
    .openapi(revealCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findVerification(deps.db, id));
      if (!found) return problem(c, "not_found", missing(id));
      const wish = { ...c.req.valid("json"), by: c.var.caller.id };
      return c.json({ items: (await revealDetails(deps, found, wish)).map(show) }, 200);
    })
    .openapi(picturesCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findVerification(deps.db, id));
      const result = found && (await requestPictures(found, { ...c.req.valid("json"), by: c.var.caller.id }));
      if (!found || !result) return problem(c, "not_found", missing(id));
      switch (result.outcome) {
        case "answered":
          return c.json({ pictures: result.pictures }, 200);
        case "none":
          return c.json({ pictures: [] }, 200);
        case "erased":
          return problem(c, "erased");
        case "busy":
          return problem(c, "provider_throttled", { verificationId: found.id }, { "Retry-After": "5" });
        case "refused":
          return refusedByProvider(c, result.answer, found.id);
        case "unavailable":
          return providerUnavailable(c, result.answer, found.id);
      }
    });
