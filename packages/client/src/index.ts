export type { Calls } from "./calls.ts";
export { type CallName, type Client, createClient, type InputOf, type OutputOf, pathOf } from "./client.ts";
export { type ProblemBody, ProblemError, UnreachableError } from "./problem-error.ts";
