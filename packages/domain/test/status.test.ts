import { expect, test } from "vitest";
import { canMove, isConfirmed, isOpen, isTerminal, MOVES, PRODUCTS, STATUSES, type Status } from "../src/status.ts";

const BLUEPRINT: Record<Status, { open: boolean; confirmed: boolean; moves: Status[] }> = {
  initializing: {
    open: true,
    confirmed: false,
    moves: ["awaiting", "claimed", "passed", "failed", "init_failed", "unresolvable", "voided"],
  },
  awaiting: {
    open: true,
    confirmed: false,
    moves: ["claimed", "passed", "failed", "expired", "unresolvable", "voided"],
  },
  claimed: { open: true, confirmed: false, moves: ["passed", "failed", "expired", "unresolvable", "voided"] },
  passed: { open: false, confirmed: true, moves: [] },
  failed: { open: false, confirmed: true, moves: [] },
  expired: { open: false, confirmed: false, moves: ["passed", "failed"] },
  init_failed: { open: false, confirmed: false, moves: [] },
  unresolvable: { open: false, confirmed: false, moves: ["passed", "failed"] },
  voided: { open: false, confirmed: false, moves: [] },
};

/** Every status that can be reached from one by any number of moves. */
function reachable(from: Status, seen = new Set<Status>()): Set<Status> {
  for (const to of MOVES[from]) {
    if (seen.has(to)) continue;
    seen.add(to);
    reachable(to, seen);
  }
  return seen;
}

test("the blueprint names every status there is, and three products", () => {
  expect(Object.keys(BLUEPRINT).sort()).toEqual([...STATUSES].sort());
  expect(PRODUCTS).toEqual(["FACE_VERIFY", "ID_OCR", "FACE_IDU_MIN"]);
});

test.each(STATUSES)("%s may move where the blueprint says, and nowhere else", (from) => {
  expect(STATUSES.filter((to) => canMove(from, to)).sort()).toEqual([...BLUEPRINT[from].moves].sort());
});

test.each(STATUSES)("%s is open or terminal, confirmed or not, as the blueprint says", (status) => {
  expect([isOpen(status), isTerminal(status), isConfirmed(status)]).toEqual([
    BLUEPRINT[status].open,
    !BLUEPRINT[status].open,
    BLUEPRINT[status].confirmed,
  ]);
});

test.each(STATUSES)("no way leads from %s back to it", (status) => {
  expect(reachable(status)).not.toContain(status);
});

test.each(STATUSES.filter(isTerminal))("nothing opens a verification again that has ended as %s", (status) => {
  expect([...reachable(status)].filter(isOpen)).toEqual([]);
});

test.each(STATUSES.filter(isOpen))("%s can end without anybody's help", (status) => {
  expect([...reachable(status)].filter((to) => isTerminal(to) && to !== "voided")).not.toEqual([]);
});
