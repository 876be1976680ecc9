/** Working a case: whose it is, what was said about it, how it ended. */
export const cases = {
  cases: {
    assign: "Assign",
    assignee: "To whom",
    assignHint: "It then counts as taken, and everybody sees by whom.",
    nobodyElse: "Nobody else may work alerts of this route.",
    me: (name: string) => `${name} (you)`,
    nobodyYet: "Nobody yet",
    somebody: "an API key",
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
