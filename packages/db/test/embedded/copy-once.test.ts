import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyOnce } from "../../src/embedded/copy-once.ts";

let folder: string;
let source: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verdict-copy-"));
  source = join(folder, "source");
  target = join(folder, "target");
  mkdirSync(join(source, "bin"), { recursive: true, mode: 0o700 });
  writeFileSync(join(source, "bin", "postgres"), "program", { mode: 0o700 });
  symlinkSync("postgres", join(source, "bin", "link"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a private folder becomes a copy that everybody can run, links included", async () => {
  expect(await copyOnce(source, target)).toBe(target);
  expect(statSync(target).mode & 0o777).toBe(0o755);
  expect(statSync(join(target, "bin", "postgres")).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(target, "bin", "link"), "utf8")).toBe("program");
});

test("a complete copy is used as it is", async () => {
  await copyOnce(source, target);
  const before = statSync(target).ino;
  await copyOnce(source, target);
  expect(statSync(target).ino).toBe(before);
});

test("many at once end with one complete copy and leave nothing behind", async () => {
  await Promise.all(Array.from({ length: 8 }, () => copyOnce(source, target)));
  expect(readFileSync(join(target, "bin", "postgres"), "utf8")).toBe("program");
  expect(readdirSync(folder).sort()).toEqual(["source", "target"]);
});

test("a copy that lost files is replaced", async () => {
  await copyOnce(source, target);
  rmSync(join(target, "bin", "postgres"));
  await copyOnce(source, target);
  expect(readFileSync(join(target, "bin", "postgres"), "utf8")).toBe("program");
  expect(readdirSync(folder).sort()).toEqual(["source", "target"]);
});

test.each([
  ["a link", () => symlinkSync(source, target)],
  ["a file", () => writeFileSync(target, "")],
  [
    "a folder that others may write to",
    () => {
      mkdirSync(target);
      chmodSync(target, 0o777);
    },
  ],
])("%s in its place is refused", async (_, place) => {
  place();
  await expect(copyOnce(source, target)).rejects.toThrow("is not ours");
});

test("a place where others may rename our folder is refused", async () => {
  chmodSync(folder, 0o777);
  await expect(copyOnce(source, target)).rejects.toThrow("open to other users");
});
