export const shell = {
  nav: { today: "Today", verifications: "Verifications", work: "Work", insight: "Insight", admin: "Admin" },
  shell: {
    navigation: "Main",
    skip: "Skip to the content",
    search: "Find any id",
    account: "Account of",
    security: "Password and second factor",
    zone: "Time zone",
    schemes: { auto: "As the system", light: "Light", dark: "Dark" },
    toLight: "Switch to light",
    toDark: "Switch to dark",
    signOut: "Sign out",
  },
  keys: {
    title: "Keyboard",
    list: [
      [["/"], "Find an id"],
      [["j", "↓"], "Next row"],
      [["k", "↑"], "Previous row"],
      [["Enter"], "Open the row"],
      [["g", "t"], "Today"],
      [["g", "v"], "Verifications"],
      [["g", "w"], "Work"],
      [["g", "i"], "Insight"],
      [["g", "a"], "Admin"],
      [["?"], "These keys"],
    ] as readonly (readonly [readonly string[], string])[],
  },
  roles: { viewer: "Viewer", analyst: "Analyst", operator: "Operator", auditor: "Auditor", admin: "Admin" },
  errors: {
    unreachable: "The API cannot be reached",
    unreachableHint: "Nothing is lost: callbacks are received by another process. This page tries again by itself.",
    notFound: "There is no such thing",
    forbidden: "You may not see this",
    failed: "That did not work",
    retry: "Try again",
    noPage: "There is no such page",
  },
  live: {
    stale: (age: string) => `The API does not answer. What you see is ${age} old.`,
    streamGone: (age: string) =>
      `Live updates broke off ${age} ago. The figures are asked for every few seconds meanwhile.`,
    workerGone: (age: string) =>
      `No worker has been seen for ${age}. Callbacks are still received and kept; outcomes wait until one is back.`,
    ever: "as long as is known",
    live: "Live",
  },
};
