/** Where a session stands when something is struck: the moment the first of several gets there. */
export const STEPS = ["initialize", "callback", "claim", "check", "outcome"] as const;
export type Step = (typeof STEPS)[number];

/** What can be done to a part. `cut`: its connections end. `full`: its disk takes no more. */
export type Strike = "kill" | "suspend" | "cut" | "full";

export type Part = "receiver" | "worker" | "api" | "postgres" | "redis";
export type QueueKind = "postgres" | "redis";

/** One cell of the matrix. */
export type Cell = { queue: QueueKind; part: Part; strike: Strike; step: Step };

const STRIKES: Readonly<Record<Part, readonly Strike[]>> = {
  receiver: ["kill", "suspend"],
  worker: ["kill", "suspend"],
  api: ["kill", "suspend"],
  postgres: ["kill", "suspend", "cut", "full"],
  redis: ["kill", "suspend", "cut"],
};

/** Every part that stands there with this queue, struck in every way at every step. */
export const cellsOf = (queue: QueueKind): Cell[] =>
  (Object.keys(STRIKES) as Part[])
    .filter((part) => part !== "redis" || queue === "redis")
    .flatMap((part) => STRIKES[part].flatMap((strike) => STEPS.map((step) => ({ queue, part, strike, step }))));

export const nameOf = ({ queue, part, strike, step }: Cell): string => `${queue} queue: ${part} ${strike} at ${step}`;
