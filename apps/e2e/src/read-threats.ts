/** A test that a threat relies on, by the file it is in and its own name. */
export type NamedTest = { file: string; test: string };

export type Threat = { title: string; tests: NamedTest[] };

/** The threats of docs/threat-model.md: a heading of the third level each, with lines like "- `path`: name of the test". */
export function readThreats(markdown: string): Threat[] {
  return markdown
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [title = ""] = section.split("\n");
      const tests = [...section.matchAll(/^- `([^`]+\.test\.ts)`: (.+)$/gm)];
      return { title, tests: tests.map(([, file = "", test = ""]) => ({ file, test })) };
    });
}

/** What does not hold, a line each: a threat without a test, or a test that is not there. `read` gives a file's text, null: none. */
export function faultsOfThreats(threats: readonly Threat[], read: (file: string) => string | null): string[] {
  return threats.flatMap(({ title, tests }) => {
    if (tests.length === 0) return [`${title}: no test is named`];
    return tests.flatMap(({ file, test }) => {
      const text = read(file);
      if (text === null) return [`${title}: ${file} is not there`];
      return isTestIn(text, test) ? [] : [`${title}: ${file} has no test named ${test}`];
    });
  });
}

/** Whether a file has a test of this name: also one that is skipped somewhere, or a row of a table. */
function isTestIn(source: string, name: string): boolean {
  const at = source.indexOf(JSON.stringify(name));
  if (at === -1) return false;
  const before = source.slice(0, at).trimEnd();
  return (
    /(?:\b(?:test|it)(?:\.\w+)?(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\(|[[,])$/.test(before) || before.endsWith(")(")
  );
}
