import { PERMISSIONS, ROLES } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { z } from "zod";

/** The routes somebody is bound to. */
export const routesSchema = z
  .array(plainText(200))
  .min(1)
  .max(1_000)
  .nullable()
  .describe("The routes to be bound to; null: all");

export const scopesSchema = z.array(z.enum(PERMISSIONS)).min(1).describe("What the key may do");
export const roleSchema = z.enum(ROLES);
