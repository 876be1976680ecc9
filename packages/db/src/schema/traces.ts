import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * The trace a session's callback is part of, while an exporter is configured: whoever asks, tells and delivers later goes on with it. No foreign
 * key: a callback may come for nothing we have. Forgotten after a day.
 */
export const sessionTraces = pgTable(
  "session_traces",
  {
    verificationId: uuid("verification_id").primaryKey(),
    /** Trace id and span id. */
    trace: text("trace").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [index("session_traces_at_index").on(table.at)],
);
