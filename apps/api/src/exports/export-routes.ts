import { type Db, inTransaction, recordHumanAction, type VerificationFilter } from "@verdict/db";
import { EXPORT_FORMATS, exportVerifications } from "@verdict/services";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { filterFor, filterQuery } from "../verifications/filter-query.ts";

export type ExportRoutesDeps = {
  db: Db;
  now: () => Date;
  /** A merchantUserId as it is stored. */
  hashUser: (merchantUserId: string) => string;
};

const query = z.object({
  ...filterQuery,
  format: z.enum(EXPORT_FORMATS).default("csv"),
  to: filterQuery.to.describe("Created before; now, if it is left out"),
});

const exportCall = call({
  id: "exportVerifications",
  tag: "Exports",
  permission: "exports.make",
  concerns: "routes",
  method: "get",
  path: "/v1/exports/verifications",
  summary:
    "Every verification that fits, as one stream of CSV or NDJSON, newest first; that it was made is put on record",
  description:
    "Holds nothing that names a person. CSV by RFC 4180 with a header row; a text that a spreadsheet would run as a formula has an " +
    "apostrophe in front. An export that breaks off ends without its last chunk, so that no client takes it for whole.",
  request: { query },
  answers: {
    200: {
      description: "The rows",
      content: { "text/csv": { schema: z.string() }, "application/x-ndjson": { schema: z.string() } },
    },
  },
});

const CONTENT_TYPES = { csv: "text/csv; charset=utf-8; header=present", ndjson: "application/x-ndjson" } as const;

export const exportRoutes = ({ db, now, hashUser }: ExportRoutesDeps) =>
  calls().openapi(exportCall, async (c) => {
    const { format, to = now(), ...asked } = c.req.valid("query");
    const filter = { ...filterFor(c.var.caller, asked, hashUser), to };
    await inTransaction(db, (tx) =>
      recordHumanAction(tx.orm, {
        ...{
          at: now(),
          actor: c.var.caller.id,
          action: "verifications.export",
          subject: "verifications",
          before: null,
        },
        ...{ route: asked.route ?? null, verificationId: null, reason: null, after: { format, filter: said(filter) } },
      }),
    );
    const name = `verifications-${to.toISOString().slice(0, 10)}.${format}`;
    const rows = ReadableStream.from(exportVerifications(db, filter, format)).pipeThrough(new TextEncoderStream());
    return c.body(rows, 200, {
      "Content-Type": CONTENT_TYPES[format],
      "Content-Disposition": `attachment; filename="${name}"`,
    });
  });

/** What was asked for, as it goes on record. */
const said = (filter: VerificationFilter): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value instanceof Date ? value.toISOString() : value]],
    ),
  );
