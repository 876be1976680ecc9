/** One line of a Dockerfile. */
export type Instruction = { name: string; rest: string };

/** A stage from its FROM to the next one. */
export type Stage = { base: string; name: string | null; instructions: readonly Instruction[] };

/** The stages of a Dockerfile. Knows what ours uses: comments, continued lines, no heredocs. */
export function readStages(text: string): Stage[] {
  const lines = text
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of lines) {
    const [, name = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`Not an instruction: ${line}`);
    const [, base = "", , as = null] = name === "FROM" ? (/^(\S+)(\s+AS\s+(\S+))?$/.exec(rest) ?? []) : [];
    if (base) stages.push({ base, name: as, instructions: [] });
    else stages.at(-1)?.instructions.push({ name, rest });
  }
  return stages;
}

/** What must not be in an image of ours, a line each. `exists` answers for paths of the build's own files. */
export function faultsOf(stages: readonly Stage[], exists: (path: string) => boolean): string[] {
  const names = stages.flatMap(({ name }) => name ?? []);
  return [...stages.flatMap((stage) => faultsOfStage(stage, names, exists)), ...faultsOfImage(stages.at(-1))];
}

function faultsOfStage(
  { base, instructions }: Stage,
  names: readonly string[],
  exists: (path: string) => boolean,
): string[] {
  const pinned = names.includes(base) || /^[a-z/]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(base);
  const copies = instructions.filter(({ name }) => name === "COPY").map(({ rest }) => readCopy(rest));
  const missing = copies.flatMap(({ from, sources }) => {
    if (from !== null) return names.includes(from) ? [] : [`COPY from ${from}, which is no stage`];
    return sources.filter((path) => !exists(path)).map((path) => `COPY of ${path}, which is not there`);
  });
  const remote = instructions.filter(({ name }) => name === "ADD").map(({ rest }) => `ADD ${rest}: use COPY`);
  return [...(pinned ? [] : [`FROM ${base}: not pinned to a version`]), ...missing, ...remote];
}

function faultsOfImage(image: Stage | undefined): string[] {
  const last = (name: string) => image?.instructions.findLast((instruction) => instruction.name === name)?.rest ?? "";
  const uid = Number.parseInt(last("USER"), 10);
  return [
    ...(uid > 0 ? [] : [`USER ${last("USER")}: not the number of an ordinary user`]),
    ...(last("ENTRYPOINT").startsWith("[") ? [] : ["ENTRYPOINT goes through a shell, which keeps signals to itself"]),
    ...(last("ENV").includes("NODE_ENV=production") ? [] : ["ENV does not say that this is production"]),
  ];
}

function readCopy(rest: string): { from: string | null; sources: string[] } {
  const [, from = null] = /--from=(\S+)/.exec(rest) ?? [];
  const paths = rest.split(/\s+/).filter((word) => !word.startsWith("--"));
  return { from, sources: paths.slice(0, -1) };
}
