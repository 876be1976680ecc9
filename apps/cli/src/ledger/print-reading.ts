import { headText } from "@verdict/domain";
import type { Breach, LedgerReading } from "@verdict/services";

/** What was found: a line, and one for each run that erased some of it on purpose. */
export function printReading(reading: LedgerReading): string {
  if (reading.kind === "broken") return `broken: ${describe(reading.breach)}`;
  const { rows, head, erased } = reading;
  const whole = `whole: ${rows} rows under ${head.seq} seals, head ${headText(head)}`;
  return [whole, ...erased.map(({ runId, rows }) => `  ${rows} rows erased on purpose by run ${runId}`)].join("\n");
}

function describe(breach: Breach): string {
  switch (breach.kind) {
    case "row_changed":
      return `${breach.table} ${breach.key} is not as it was sealed (seal ${breach.seq})`;
    case "row_missing":
      return `${breach.table} ${breach.key} is gone (seal ${breach.seq})`;
    case "row_unknown":
      return `${breach.table} ${breach.key} was put in by somebody: no seal names it, and it does not wait for one`;
    case "seal_changed":
      return `seal ${breach.seq} is not as it was made`;
    case "seal_missing":
      return `seal ${breach.seq} is gone`;
    case "head_differs":
      return `seal ${breach.seq} is not the one that the given head was taken from: the ledger was made anew`;
    case "head_missing":
      return `seal ${breach.seq} is gone, and every one after it up to the given head`;
  }
}
