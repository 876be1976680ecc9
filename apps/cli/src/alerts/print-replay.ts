import type { Replay } from "@verdict/services";

/** A replay in lines for people. */
export function printReplay(rule: string, replay: Replay): string[] {
  if (replay.kind === "unreplayable") return [`${rule} cannot be replayed: ${replay.why}.`];
  const { firings, read, precision } = replay;
  const times = firings.length === 1 ? "once" : `${firings.length} times`;
  return [
    ...firings.map(({ at, route, about, detail }) =>
      [at.toISOString(), route, about ?? "", detail].filter(Boolean).join("  "),
    ),
    `${rule} would have fired ${firings.length === 0 ? "never" : times}; read ${read} rows of evidence.`,
    ...(precision === "hour" && firings.length > 0
      ? ["Refusals are counted by the hour: it fired within the hour before."]
      : []),
  ];
}
