import { many } from "./many.ts";

export const insight = {
  insight: {
    hint: "How sessions end. Each counts where it began, however late it ended.",
    span: "Stretch of time",
    spans: { "24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days" },
    allProducts: "All products",
    compare: "Compare by …",
    compareBy: { route: "By route", product: "By product", sceneCode: "By scene" },
    noScene: "All",
    stale: "Still being counted",
    none: "Nothing in this stretch.",
    nothing: "No session began in this stretch of time",
    outcomes: "Outcomes",
    sessions: (count: number) => many(count, "session", "sessions"),
    charts: { passRate: "Pass rate", time: "Median time to outcome", arrival: "Callbacks that arrived" },
    subCodes: "Sub-codes of results",
    pages: "Where users left",
    pagesHint: "of sessions that expired",
    progress: "How far they had got",
    progresses: {
      not_started: "never opened it",
      interrupted: "broke off",
      finished: "finished",
      unknown: "the provider cannot say",
    },
  },
};
