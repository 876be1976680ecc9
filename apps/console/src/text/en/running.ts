import { many } from "./many.ts";

/** What keeps an installation going: routes, the queue, quotas, and the pictures that are fetched for a case. */
export const running = {
  running: {
    anyAction: "All actions",
    noRoutes: "No route is in use at the moment",
    noRoutesHint: "Routes with open sessions or a quota are listed here.",
    arrival: "Callbacks arrived",
    passRate: "Pass rate",
    quotaUse: (used: number, all: number) => `${used} of ${all} / s`,
    quotaName: (route: string, used: number, all: number) =>
      `Quota of ${route}: ${used} of ${all} calls a second in use`,
    board: "Open the queue board",
    boardHint: "Every job, with masked payloads. Read-only: given-up work is put back under Work.",
    undecided: "Callbacks waiting",
    due: "Checks due",
    worker: "Worker last seen",
    givenUp: "Given-up work",
    toWork: "open the list",
    workerFine: "reports every few seconds",
    workerNever: "nothing is worked on until one starts",
    never: "never",
    setInSettings: "Set by RETENTION and REFUSALS_KEPT_DAYS when the system starts. It cannot be changed here.",
    pictures: "Pictures",
    picturesAsk: "Ask for the pictures",
    picturesWarning:
      "The provider is asked for the pictures of this session. They are shown once and stored nowhere. Who asked and why is put on record first.",
    picturesNone: "The provider has no pictures, or none any more.",
    picturesOnce: (count: number) => `${many(count, "picture", "pictures")}, stored nowhere. Gone when you close this.`,
  },
};
