import { fileURLToPath } from "node:url";

/** One process of the stack. */
export type App = {
  name: "simulator" | "receiver" | "api" | "worker";
  /** Keeps nothing of its own, so that there may be several. */
  stateless?: boolean;
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
  { name: "receiver", main: main("receiver"), port: "RECEIVER_PORT", stateless: true },
  { name: "api", main: main("api"), port: "API_PORT", stateless: true },
  { name: "worker", main: main("worker"), stateless: true },
];

/** What the processes of an app are called: the first like the app, the second `worker-2`. */
export const processNames = ({ name, stateless }: App, processesEach: number): string[] =>
  Array.from({ length: stateless ? processesEach : 1 }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
