import { admin } from "./admin.ts";
import { channels } from "./channels.ts";

/** What only the pages of the admin say; fetched with them. */
export const adminPages = { ...admin, ...channels };

export type AdminPages = typeof adminPages;
