import { fileURLToPath } from "node:url";

/** One process of the stack. */
export type App = {
  name: "simulator" | "receiver" | "api" | "worker";
  /** The file Node runs. */
  main: string;
  /** The variable with the port it serves. */
  port?: "SIMULATOR_PORT" | "RECEIVER_PORT" | "API_PORT";
  /** Never started in production. */
  developmentOnly?: boolean;
};

const main = (name: string) => fileURLToPath(new URL(`../../../${name}/src/main.ts`, import.meta.url));

/** All of Verdict, in the order of stopping: first those that bring work, last the one that finishes it. */
export const verdictApps: readonly App[] = [
  { name: "simulator", main: main("simulator"), port: "SIMULATOR_PORT", developmentOnly: true },
  { name: "receiver", main: main("receiver"), port: "RECEIVER_PORT" },
  { name: "api", main: main("api"), port: "API_PORT" },
  { name: "worker", main: main("worker") },
];
