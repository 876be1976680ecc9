import type { Text } from "../../text/en/index.ts";
import { sayReason } from "../work/outcomes.ts";
import type { Entry } from "./evidence.ts";

/** One piece of evidence in a line. */
export function sayEntry(entry: Entry, t: Text): string {
  switch (entry.type) {
    case "action":
      return t.record.action(
        entry.actorName ?? null,
        wordFrom(t.deeds, entry.action),
        entry.reason && sayReason(entry.reason, t),
      );
    case "receipt": {
      const said = t.record.callback(verdict(entry.passed, t), entry.subCode);
      const copies = entry.copies > 1 ? ` ${t.record.copies(entry.copies - 1)}` : "";
      return `${said}${entry.timing === "in_time" ? "" : ` ${t.record[entry.timing]}`}${copies}`;
    }
    case "check":
      if (entry.passed !== null) return t.record.verdict(verdict(entry.passed, t), entry.subCode);
      return entry.kind === "unavailable"
        ? t.record.noAnswer(entry.code)
        : t.record.answer(entry.operation, kindText(entry.kind, t));
    case "transition":
      return t.record.moved(t.status[entry.from], t.status[entry.to], causeText(entry.cause, t));
    case "discrepancy":
      return t.record.discrepancy(discrepancyText(entry.discrepancy, t));
    case "alert":
      return t.record.alert(ruleText(entry.rule, t));
  }
}

const verdict = (passed: boolean, t: Text) => (passed ? t.status.passed : t.status.failed);

/** Words for what an API may know before this console does are the API's own. */
const wordFrom = (words: Readonly<Record<string, string>>, name: string): string => words[name] ?? name;

const kindText = (kind: string, t: Text) => wordFrom(t.checkKinds, kind);
const causeText = (cause: string, t: Text) => wordFrom(t.causes, cause);

export const discrepancyText = (type: string, t: Text): string => wordFrom(t.discrepancies, type);

export const ruleText = (rule: string, t: Text): string =>
  rule.startsWith("discrepancy.") ? discrepancyText(rule.slice("discrepancy.".length), t) : wordFrom(t.rules, rule);
