import type { AdminPages } from "../en/admin-pages.ts";
import { admin } from "./admin.ts";
import { channels } from "./channels.ts";

export const adminPages: AdminPages = { ...admin, ...channels };
