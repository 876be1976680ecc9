/** The chapters of the API's description, in their order. */
export const TAGS = {
  Verifications: "Sessions with the provider, from their start to their outcome",
  Discrepancies: "Evidence that disagrees, or matches nothing",
  Alerts: "What somebody must know",
  Work: "What failed for good, and how to put it back",
  Events: "What Verdict tells the company's own systems",
  Statistics: "How sessions end, and how long that takes",
  Refusals: "Callers of the callback endpoint that were turned away",
  Audit: "Who did what, and why",
  Exports: "Lists in one piece",
  Access: "People, machines, and what they may do",
  Operations: "Routes, retention, the queue and the ledger",
} as const;

export type Tag = keyof typeof TAGS;
