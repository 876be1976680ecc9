import type { VerificationFilter } from "@verdict/db";
import { type Caller, PRODUCTS, reaches, STATUSES } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { instant } from "../http/instant.ts";

const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");
const name = plainText(200);

/** A parameter that may be given several times, or once with commas. */
export const several = <T extends z.ZodType<string, string>>(one: T) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(",")))
    .pipe(z.array(one));

/** What verifications are searched by. */
export const filterQuery = {
  status: several(z.enum(STATUSES))
    .optional()
    .describe(`One or several of ${STATUSES.join(", ")}, separated by commas`),
  product: z.enum(PRODUCTS).optional(),
  route: name.optional(),
  subCode: name.optional(),
  passed: yesOrNo.optional(),
  sceneCode: name.optional(),
  transactionId: name.optional(),
  merchantBizId: name.optional(),
  merchantUserId: plainText(512).optional().describe("Looked up by its hash; the text itself is not stored"),
  from: instant.optional().describe("Created then or later; a session that was registered counts from its Initialize"),
  to: instant.optional().describe("Created before"),
  hasDiscrepancy: yesOrNo.optional().describe("Whether a discrepancy of it is open"),
};

type Asked = z.output<z.ZodObject<typeof filterQuery>>;

/** The filter as the database takes it, kept to what the caller may see. */
export function filterFor(
  caller: Caller,
  { route, merchantUserId, ...asked }: Asked,
  hashUser: (merchantUserId: string) => string,
): VerificationFilter {
  return {
    ...asked,
    routes: routesFor(caller, route) ?? undefined,
    ...(merchantUserId !== undefined && { merchantUserHash: hashUser(merchantUserId) }),
  };
}

/** The routes to look at; null: all. One that the caller does not reach has nothing on it, like one that there is not. */
export function routesFor(caller: Caller, route: string | undefined): readonly string[] | null {
  if (route === undefined) return caller.routes;
  return reaches(caller, route) ? [route] : [];
}
