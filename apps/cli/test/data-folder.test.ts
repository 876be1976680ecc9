import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "@verdict/runtime";
import { expect, test } from "vitest";
import { openDataFolder } from "../src/stack/data-folder.ts";
import { givenDataDir } from "./given-stack.ts";

test("the folder and those above it are made, closed to other users", () => {
  const dataDir = join(givenDataDir(), "deep", "down");
  const logs = openDataFolder(dataDir);
  expect(statSync(logs).isDirectory()).toBe(true);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(openDataFolder(dataDir)).toBe(logs);
});

test("a place where no folder can be made is a setting to correct, in one line", () => {
  const file = join(openDataFolder(givenDataDir()), "file");
  writeFileSync(file, "");
  for (const dataDir of [file, join(file, "sub"), "/proc/nope", "/dev/null/x"]) {
    const attempt = () => openDataFolder(dataDir);
    expect(attempt).toThrow(SettingsError);
    expect(attempt).toThrow(/^DATA_DIR: /);
  }
});
