import type { OutputOf } from "@verdict/client";

/** One sentence of an explanation as the API tells it: which one it is, and what stands in it. */
export type Because = OutputOf<"GET /v1/verifications/{id}">["because"][number];
