import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ADVISORY_LOCKS } from "../src/index.ts";
import { MIGRATIONS } from "../src/migrate.ts";

test("no two locks share a number, and every one that a migration takes is listed", () => {
  const numbers = Object.values(ADVISORY_LOCKS);
  expect(new Set(numbers).size).toBe(numbers.length);
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
  const taken = files.flatMap((name) =>
    [...readFileSync(join(MIGRATIONS, name), "utf8").matchAll(/pg_(?:try_)?advisory\w*\((\d+)\)/g)].map(([, key]) =>
      Number(key),
    ),
  );
  expect(taken).toEqual([ADVISORY_LOCKS.makingEventPartitions, ADVISORY_LOCKS.forgettingEvents]);
});
