import { createClient } from "@verdict/client";

/** The API where this page came from, with the browser's session. */
export const call = createClient();
