/** Working a case: whose it is, what was said about it, how it ended. */
export const cases = {
  cases: {
    assign: "Assign",
    assignee: "To whom",
    assignHint: "From then on it counts as looked after. The others see whose it is.",
    nobodyElse: "Nobody else may work alerts of this route.",
    me: (name: string) => `${name} (you)`,
    nobodyYet: "nobody yet",
    somebody: "a machine",
    addNote: "Add a note",
    noteText: "Note",
    history: "What was done",
    noHistory: "Nothing yet.",
    history_of: {
      "alert.acknowledge": "took it",
      "alert.assign": "assigned it",
      "alert.note": "noted",
      "alert.resolve": "closed it",
    } as Readonly<Record<string, string>>,
  },
};
