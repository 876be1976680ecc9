import { afterEach, describe, expect, test, vi } from "vitest";
import { sayEntry } from "../src/verifications/print-timeline.ts";
import { type Asked, standIn, verdict } from "./verdict.ts";

vi.setConfig({ testTimeout: 60_000 });

const KEY = "a-key-that-only-tests-know";
const ID = "01890a5d-ac96-774b-bcce-b302099a8057";

const verification = (id: string, changes: Record<string, unknown> = {}) => ({
  ...{ id, route: "default", product: "ID_OCR", status: "passed", passed: true, subCode: "200" },
  ...{ explanation: "The provider confirmed it.", merchantBizId: "biz", transactionId: "hks1", claim: null },
  ...{ outcome: { source: "check", confirmedAt: "2026-03-01T12:01:00.000Z" }, checkCount: 1, nextCheckAt: null },
  ...{ createdAt: "2026-03-01T12:00:00.123Z", expiresAt: "2026-03-01T12:30:00.000Z", ...changes },
});
const page = (nextCursor: string | null, ...items: object[]) => ({ status: 200, body: { items, nextCursor } });

let close = () => {};
afterEach(() => close());

async function givenApi(answer: (asked: Asked) => { status: number; body: unknown }) {
  const api = await standIn(answer);
  close = api.close;
  const env = { API_PORT: String(api.port), API_BOOTSTRAP_KEY: KEY };
  return { asked: api.asked, run: (args: string[], input = "") => verdict(args, env, input) };
}

describe("verdict verifications list", () => {
  test("filters as asked, takes a person's id from stdin, and shows a line each", async () => {
    const { asked, run } = await givenApi(() =>
      page(null, verification(ID), verification("2", { status: "awaiting" })),
    );
    const args = ["--status", "awaiting,passed", "--from", "2026-03-01T00:00:00Z", "--merchant-user-id", "-"];
    const { code, stdout } = await run(["verifications", "list", ...args, "--discrepancy", "--scene", "s1"], "alice\n");
    expect(code).toBe(0);
    const [head, first, second] = stdout.split("\n");
    expect(head).toMatch(/^id +status +sub-code +product +route +created \(UTC\) +transaction$/);
    expect(first).toBe(`${ID}  passed    200       ID_OCR   default  2026-03-01 12:00:00  hks1`);
    expect(second?.indexOf("awaiting")).toBe(first?.indexOf("passed"));
    const query = Object.fromEntries(new URLSearchParams(asked[0]?.path.split("?")[1]));
    expect([asked.length, asked[0]?.key, query]).toEqual([
      1,
      `Bearer ${KEY}`,
      {
        ...{ status: "awaiting,passed", sceneCode: "s1", merchantUserId: "alice", hasDiscrepancy: "true", limit: "50" },
        from: "2026-03-01T00:00:00.000Z",
      },
    ]);
  });

  test("--limit stops there and says that there is more, --all goes on to the end", async () => {
    const answers = ({ path }: Asked) =>
      page(path.includes("cursor=2") ? null : "2", verification(ID), verification("2"));
    const limited = await givenApi(answers);
    const some = await limited.run(["verifications", "list", "--limit", "2", "--json"]);
    expect([JSON.parse(some.stdout).length, some.stderr]).toEqual([
      2,
      "there are more than these 2; --limit or --all shows them\n",
    ]);
    const all = await limited.run(["verifications", "list", "--all", "--json"]);
    expect([JSON.parse(all.stdout).length, all.stderr]).toEqual([4, ""]);
    expect(limited.asked.map(({ path }) => path)).toEqual([
      "/v1/verifications?limit=2",
      "/v1/verifications?limit=200",
      "/v1/verifications?limit=200&cursor=2",
    ]);
  });

  test.each<[string[], RegExp]>([
    [["list", "--status", "done"], /^error: option '--status <names>' argument 'done' is invalid\. "done" is none of/],
    [["list", "--limit", "0"], /'--limit <n>' argument '0' is invalid\. expected a whole number from 1/],
    [["list", "--from", "yesterday"], /'--from <time>' argument 'yesterday' is invalid\. expected a time like/],
    [["void", ID], /required option '--reason <text>' not specified/],
    [["recheck", "hks1", "--reason", "x"], /argument 'id'.* expected an id like/],
  ])("bad input is one line that names it: %j", async (args, message) => {
    const { asked, run } = await givenApi(() => ({ status: 500, body: {} }));
    const { code, stderr } = await run(["verifications", ...args]);
    expect([code, stderr.trimEnd().split("\n").length, asked]).toEqual([1, 1, []]);
    expect(stderr).toMatch(message);
  });
});

describe("verdict verifications show", () => {
  const timeline = [
    { type: "transition", at: "2026-03-01T12:00:00.123Z", from: "initializing", to: "awaiting", cause: "initialized" },
    {
      type: "receipt",
      at: "2026-03-01T12:01:00.000Z",
      passed: true,
      subCode: "200",
      copies: 1,
      timing: "late",
      sink: "queue",
    },
  ];
  const answers = ({ path }: Asked) => {
    if (path.endsWith("/lookup")) return { status: 200, body: { items: [verification(ID)], missing: [] } };
    return { status: 200, body: path.endsWith("/timeline") ? { items: timeline } : verification(ID) };
  };

  test("draws the timeline as lines whose columns stand below each other", async () => {
    const { run } = await givenApi(answers);
    const { code, stdout } = await run(["verifications", "show", ID.toUpperCase()]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${ID}\n  status         passed\n  explanation    The provider confirmed it.\n`);
    expect(stdout.trimEnd().split("\n").slice(-3)).toEqual([
      "timeline (UTC)",
      "  2026-03-01 12:00:00.123  transition  initializing → awaiting: initialized",
      "  2026-03-01 12:01:00.000  receipt     says passed 200 and came 2 times (late) by queue",
    ]);
  });

  test("finds it by another system's id, and as JSON shows all there is", async () => {
    const { asked, run } = await givenApi(answers);
    const { stdout } = await run(["verifications", "show", "hks1", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ ...verification(ID), timeline });
    expect(asked[0]).toMatchObject({ method: "POST", path: "/v1/verifications/lookup", body: { ids: ["hks1"] } });
  });

  test("an id that names several, or none, is told in words", async () => {
    const items = [verification(ID), verification("other", { route: "two" })];
    const several = await givenApi(() => ({ status: 200, body: { items, missing: [] } }));
    const told = await several.run(["verifications", "show", "biz"]);
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining("other on route two")]);
    close();
    const none = await givenApi(() => ({ status: 200, body: { items: [], missing: ["biz"] } }));
    expect(await none.run(["verifications", "show", "biz"])).toMatchObject({
      ...{ code: 1, stderr: "there is no verification biz\n" },
    });
  });
});

describe("verdict verifications recheck and void", () => {
  test.each(["recheck", "void"])(
    "%s is asked for with its reason, and tells how the verification stands",
    async (verb) => {
      const { asked, run } = await givenApi(() => ({ status: 200, body: verification(ID, { status: "voided" }) }));
      const { code, stdout } = await run(["verifications", verb, ID, "--reason", "ticket"]);
      expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${ID} is .*; status voided\n$`))]);
      expect(asked).toMatchObject([
        { method: "POST", path: `/v1/verifications/${ID}/${verb}`, body: { reason: "ticket" } },
      ]);
    },
  );

  test("a refusal is told in the API's words", async () => {
    const body = { title: "A conflict", detail: "It has ended." };
    const { run } = await givenApi(() => ({ status: 409, body }));
    const { code, stderr } = await run(["verifications", "void", ID, "--reason", "ticket"]);
    expect([code, stderr]).toEqual([1, "the API answered 409: It has ended.\n"]);
  });
});

describe("verdict discrepancies", () => {
  const discrepancy = (status: string) => ({
    ...{ id: ID, type: "claim_contradicted", status, route: "default", verificationId: "v", receiptId: null },
    ...{ checkId: null, openedAt: "2026-03-01T12:00:00.000Z", closedAt: null },
    ...(status === "open" ? { closedBy: null, closingReason: null } : { closedBy: "ann", closingReason: "a test" }),
  });

  test("lists what is open unless told otherwise", async () => {
    const { asked, run } = await givenApi(() => page(null, discrepancy("open"), discrepancy("closed")));
    const { stdout } = await run(["discrepancies", "list"]);
    expect(stdout.split("\n")[2]).toMatch(
      /claim_contradicted +closed +default +v +2026-03-01 12:00:00 +by ann: a test$/,
    );
    await run(["discrepancies", "list", "--status", "any", "--type", "mutated_replay", "--route", "two"]);
    expect(asked.map(({ path }) => path)).toEqual([
      "/v1/discrepancies?status=open&limit=50",
      "/v1/discrepancies?type=mutated_replay&route=two&limit=50",
    ]);
  });

  test("resolves one, with the reason", async () => {
    const { asked, run } = await givenApi(() => ({ status: 200, body: discrepancy("closed") }));
    const { stdout } = await run(["discrepancies", "resolve", ID, "--reason", "a test"]);
    expect(stdout).toBe(`${ID} (claim_contradicted) is closed\n`);
    expect(asked).toMatchObject([{ path: `/v1/discrepancies/${ID}/resolve`, body: { reason: "a test" } }]);
  });
});

test.each<[Record<string, unknown>, string]>([
  [
    { type: "receipt", passed: false, subCode: "205", copies: 0, timing: "in_time", sink: "postgres" },
    "says failed 205 by postgres",
  ],
  [
    { type: "check", operation: "CheckResult", kind: "verdict", passed: true, subCode: "200", code: "Success" },
    "CheckResult: passed 200 (Success)",
  ],
  [
    {
      type: "check",
      operation: "CheckResult",
      kind: "pending",
      passed: null,
      subCode: null,
      code: "ProcessNotCompleted",
    },
    "CheckResult: pending (ProcessNotCompleted)",
  ],
  [
    { type: "transition", from: "awaiting", to: "voided", cause: "person", actor: "ann" },
    "awaiting → voided: person by ann",
  ],
  [{ type: "discrepancy", discrepancy: "result_changed", closedAt: null, id: "d1" }, "result_changed open, d1"],
  [{ type: "alert", rule: "liveness_attack", severity: "critical", status: "open" }, "liveness_attack critical open"],
  [{ type: "delivery", state: "sent", attempts: 2, endpoint: null, parts: {} }, "state=sent attempts=2"],
])("%j is said as %j", (entry, said) => {
  expect(sayEntry({ at: "2026-03-01T12:00:00.000Z", type: "", ...entry })).toBe(said);
});
