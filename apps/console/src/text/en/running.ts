import { many } from "./many.ts";

/** What keeps an installation going: routes, the queue, quotas, and the pictures that are fetched for a case. */
export const running = {
  running: {
    anyAction: "All actions",
    noRoutes: "No route has had anything to do yet",
    noRoutesHint: "A route shows up here with its first session.",
    arrival: "Callbacks arrived",
    passRate: "Pass rate",
    quotaUse: (used: number, all: number) => `${used} of ${all} / s`,
    quotaName: (route: string, used: number, all: number) =>
      `Quota of ${route}: ${used} of ${all} calls a second in use`,
    board: "Open the queue board",
    boardHint: "Shows every job, payloads masked. To look at only: what was given up is put back in Work.",
    undecided: "Callbacks undecided",
    due: "Questions due",
    worker: "Worker seen",
    givenUp: "Given-up work",
    toWork: "To the given-up work",
    never: "never",
    setInSettings:
      "Set in the settings (RETENTION, REFUSALS_KEPT_DAYS) and read at the start: nobody can shorten it from here.",
    pictures: "Pictures",
    picturesAsk: "Ask for the pictures",
    picturesWarning:
      "The provider is asked for the pictures of this session. They are shown once and stored nowhere. Who asked and why is put on record first.",
    picturesNone: "The provider has no pictures, or none any more.",
    picturesOnce: (count: number) => `${many(count, "picture", "pictures")}, stored nowhere. Gone when you close this.`,
  },
};
