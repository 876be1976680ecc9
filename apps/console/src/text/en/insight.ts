import { many } from "./many.ts";

export const insight = {
  insight: {
    hint: "How sessions end. Each is counted at the time it started, however late it ended.",
    span: "Period",
    spans: { "24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days" },
    allProducts: "All products",
    compare: "Compare by …",
    compareBy: { route: "By route", product: "By product", sceneCode: "By scene" },
    noScene: "All",
    stale: "Still being counted",
    none: "None in this period.",
    nothing: "No session started in this period",
    outcomes: "Outcomes",
    sessions: (count: number) => many(count, "session", "sessions"),
    charts: { passRate: "Pass rate", time: "Median time to outcome", arrival: "Callbacks that arrived" },
    subCodes: "Sub-codes of results",
    pages: "Where users left",
    pageNames: {
      LOADING: "Loading",
      GUIDE: "Instructions",
      FACE: "Face capture",
      OCR_SCAN: "Document scan",
      OCR_RESULT: "Document details",
      NFC_INPUT: "Chip: entering document data",
      NFC_READ: "Chip: reading",
    } as Readonly<Record<string, string>>,
    pagesHint: "expired sessions",
    nothingHint: "Choose a longer period or all products.",
    progress: "How far they got",
    progresses: {
      not_started: "Never opened",
      interrupted: "Broke off",
      finished: "Finished",
      unknown: "The provider cannot say",
    },
  },
};
