import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  accessibilityFaults,
  hasBrowser,
  LOOKS,
  lookLike,
  openBrowser,
  takePicture,
  watchTrouble,
} from "../src/browser.ts";
import { openReceiver } from "../src/open-receiver.ts";
import { type StackProcess, startStack } from "../src/stack-process.ts";

const PASSWORD = "a password of one's own";

describe.skipIf(!hasBrowser)(
  hasBrowser ? "the console" : "the console (skipped: no chromium on this machine; apt-get install chromium)",
  { timeout: 120_000 },
  () => {
    let stack: StackProcess;
    let browser: Browser;
    let admin: BrowserContext;
    let page: Page;
    let trouble: string[];
    let receiver: Awaited<ReturnType<typeof openReceiver>>;

    const api = async <Body = Record<string, string>>(path: string, body?: unknown): Promise<Body> => {
      const headers = { Authorization: `Bearer ${stack.apiKey}`, "Content-Type": "application/json" };
      const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
      return (await (await fetch(`${stack.urls.api}${path}`, init)).json()) as Body;
    };
    const tellSimulator = (path: string, body: unknown, method = "POST") =>
      fetch(`${stack.urls.simulator}/_sim${path}`, {
        method,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });

    type Started = { id: string; transactionId: string; merchantBizId: string };
    const start = () =>
      api<Started>("/v1/verifications", {
        product: "FACE_VERIFY",
        facePictureUrl: "https://images.example.com/face.jpg",
        merchantUserId: "user-1",
        metaInfo: "{}",
      });
    const complete = ({ transactionId }: Started, passed: "Y" | "N", subCode: string) =>
      tellSimulator(`/transactions/${transactionId}/complete`, { passed, subCode });
    const settled = ({ id }: Started) => api(`/v1/verifications/${id}?wait=30`);

    /** Signs somebody in who has just been let in: with the password he was given, and then one of his own. */
    const signIn = async (context: BrowserContext, role: string): Promise<Page> => {
      const email = `${role}@example.com`;
      const { password } = await api<{ password: string }>("/v1/people", { name: `The ${role}`, email, role });
      const opened = await context.newPage();
      await opened.goto(stack.urls.api);
      await opened.getByLabel("E-mail").fill(email);
      await opened.getByLabel("Password", { exact: true }).fill(password);
      await opened.getByRole("button", { name: "Sign in", exact: true }).click();
      await opened.getByLabel("Password you came in with").fill(password);
      await opened.getByLabel("New password", { exact: true }).fill(PASSWORD);
      await opened.getByLabel("New password again").fill(PASSWORD);
      await opened.getByRole("button", { name: "Save and go on" }).click();
      await opened.getByRole("heading", { name: "Today" }).waitFor();
      return opened;
    };
    const newContext = () => browser.newContext({ viewport: { width: 1360, height: 900 }, locale: "en-GB" });

    beforeAll(async () => {
      receiver = await openReceiver();
      stack = await startStack({
        VERIFICATION_TTL_SECONDS: "300",
        CHECK_SCHEDULE_SECONDS: "5,20,60",
        DELIVERY_ALLOWED_TARGETS: "127.0.0.1",
      });
      browser = await openBrowser();
      admin = await newContext();
      admin.setDefaultTimeout(30_000);
      page = await signIn(admin, "admin");
      trouble = watchTrouble(page, stack.urls.api);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await stack?.stop();
      await stack?.removeData();
      await receiver?.close();
    }, 60_000);

    test("refuses a wrong password without telling whether the address is known", async () => {
      const context = await newContext();
      const stranger = await context.newPage();
      await stranger.goto(stack.urls.api);
      await stranger.getByLabel("E-mail").fill("nobody@example.com");
      await stranger.getByLabel("Password", { exact: true }).fill("not the password");
      await stranger.getByRole("button", { name: "Sign in", exact: true }).click();
      await stranger.getByText("E-mail or password is wrong.").waitFor();
      expect(await accessibilityFaults(stranger)).toEqual([]);
      await takePicture(stranger, "sign-in");
      await context.close();
    });

    test("finds a session by each of its ids, also by key", async () => {
      const session = await start();
      const { merchantBizId } = await api(`/v1/verifications/${session.id}`);
      for (const id of [session.id, session.transactionId, merchantBizId]) {
        await page.locator("body").press("/");
        await page.getByLabel("Find any id").fill(id ?? "");
        await page.keyboard.press("Enter");
        await page.getByRole("link", { name: merchantBizId ?? "" }).waitFor();
        expect(new URL(page.url()).searchParams.get("q")).toBe(id);
        expect(await page.locator("tbody tr").count()).toBe(1);
      }
      await page.locator("main").press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/verifications/${session.id}`);
    });

    test("follows a session from its start to its outcome while the page is open", async () => {
      const session = await start();
      await page.goto(`${stack.urls.api}/verifications/${session.id}`);
      await page.locator("main").getByText("Awaiting user", { exact: true }).first().waitFor();
      await complete(session, "Y", "200");
      await page.getByText("The provider confirmed: passed").waitFor();
      await page.getByText("They agree").waitFor();
      await page
        .locator("ol")
        .getByText(/A callback claims: passed/)
        .waitFor();
    });

    test("works the alert of a liveness attack to its closure", async () => {
      const session = await start();
      await complete(session, "N", "205");
      await settled(session);
      await page.goto(`${stack.urls.api}/work`);
      await page.getByRole("button", { name: "liveness risk, possibly an attack (205)" }).first().click();
      await page.getByRole("button", { name: "Take" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Take" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("The admin took it").waitFor();
      await dialog.getByRole("button", { name: "Add a note" }).click();
      await dialog.getByLabel("Note").fill("asked the shop for the order");
      await dialog.getByRole("button", { name: "Add a note" }).click();
      await dialog.getByText("The admin noted").waitFor();
      await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
      await dialog.getByLabel("Confirmed fraud").check();
      await dialog.getByLabel("Note (optional)").fill("seen on two devices");
      await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
      await dialog.getByText("Confirmed fraud: seen on two devices").first().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await takePicture(page, "dialog-alert");
      const { items } = await api<{ items: { rule: string; resolution: string }[] }>("/v1/alerts?status=resolved");
      expect(items[0]).toMatchObject({ rule: "liveness_attack", resolution: "Confirmed fraud: seen on two devices" });
    });

    test("hands alerts to a colleague by name, several at once, after showing which, on a narrow screen as well", async () => {
      await api("/v1/people", { name: "Bo Nakamura", email: "bo@example.com", role: "operator" });
      for (const session of [await start(), await start()]) {
        await complete(session, "N", "206");
        await settled(session);
      }
      await page.setViewportSize({ width: 360, height: 780 });
      await page.goto(`${stack.urls.api}/work`);
      const boxes = page.getByRole("checkbox", { name: /refused by device/i });
      await boxes.nth(1).waitFor();
      for (const box of [boxes.nth(0), boxes.nth(1)]) await box.check();
      await page.getByText("2 selected").waitFor();
      await page.getByRole("button", { name: "Assign" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("These 2 will change").waitFor();
      expect(await dialog.getByRole("listitem").count()).toBe(2);
      expect(await accessibilityFaults(page)).toEqual([]);
      await takePicture(page, "dialog-assign-narrow");
      await dialog.getByRole("button", { name: "Cancel" }).click();
      expect((await api<{ items: unknown[] }>("/v1/alerts?status=acknowledged")).items).toHaveLength(0);

      for (const box of [boxes.nth(0), boxes.nth(1)]) await box.check();
      await page.getByRole("button", { name: "Assign" }).click();
      await dialog.getByRole("combobox", { name: "To whom" }).click();
      await page.getByRole("option", { name: /Bo Nakamura/ }).click();
      await dialog.getByRole("button", { name: "Assign" }).click();
      await dialog.waitFor({ state: "detached" });
      const { items } = await api<{ items: { acknowledgedByName: string }[] }>("/v1/alerts?status=acknowledged");
      expect(items.map((one) => one.acknowledgedByName)).toEqual(["Bo Nakamura", "Bo Nakamura"]);
      await page.setViewportSize({ width: 1360, height: 900 });
    });

    test("closes a discrepancy with what it turned out to be", async () => {
      await tellSimulator("/faults", { seed: "1", callbacks: { mutate: 1 } }, "PUT");
      const session = await start();
      await complete(session, "Y", "200");
      await settled(session);
      await tellSimulator("/faults", { preset: "none" }, "PUT");
      await page.goto(`${stack.urls.api}/work?tab=discrepancies`);
      await page.locator("tbody").getByRole("button", { name: "Close" }).first().click();
      await page.getByRole("dialog").getByLabel("False positive").check();
      await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).last().click();
      await page.getByText("All evidence agrees").waitFor();
      const { items } = await api<{ items: { closingReason: string }[] }>("/v1/discrepancies?status=closed");
      expect(items[0]?.closingReason).toBe("False positive");
    });

    test("reveals personal data only with a reason, which stands in the audit log", async () => {
      const session = await start();
      await complete(session, "Y", "200");
      await settled(session);
      await page.goto(`${stack.urls.api}/verifications/${session.id}`);
      await page.getByRole("button", { name: "Reveal" }).click();
      await page.getByLabel("Reason").fill("the customer asked on the phone");
      expect(await accessibilityFaults(page)).toEqual([]);
      await takePicture(page, "dialog-reveal");
      await page.getByRole("dialog").getByRole("button", { name: "Reveal" }).click();
      await page.getByText("In the clear for one minute.").waitFor();
      await page.goto(`${stack.urls.api}/admin?tab=audit&action=personal.reveal`);
      await page.getByText("the customer asked on the phone").waitFor();
    });

    test("says by name on the record who had a session asked about again, and stores no name", async () => {
      const { items } = await api<{ items: { id: string }[] }>("/v1/verifications?subCode=205");
      await page.goto(`${stack.urls.api}/verifications/${items[0]?.id}`);
      await page.getByRole("button", { name: "Ask again" }).click();
      await page.getByLabel("Reason").fill("the user calls");
      await page.getByRole("dialog").getByRole("button", { name: "Ask again" }).click();
      const deed = page.locator("ol > li", { hasText: "The admin asked the provider again, since “the user calls”." });
      await deed.waitFor();
      await deed.getByText("As stored").click();
      expect(await deed.locator("pre").textContent()).not.toContain("The admin");
    });

    test("adds a channel and tries it out, and an endpoint whose secret is shown this once", async () => {
      await page.goto(`${stack.urls.api}/admin?tab=channels`);
      await page.getByRole("button", { name: "Add a channel" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name", { exact: true }).fill("Risk team");
      await dialog.getByLabel("Kind").selectOption("webhook");
      await dialog.getByLabel("Address").fill(`${receiver.url}/alerts`);
      await dialog.getByRole("button", { name: "Generate" }).click();
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("Sent", { exact: true }).waitFor();

      await page.getByRole("link", { name: "Endpoints" }).click();
      await page.getByRole("button", { name: "Add an endpoint" }).click();
      await dialog.getByLabel("Name", { exact: true }).fill("Shop backend");
      await dialog.getByLabel("URL").fill(`${receiver.url}/events`);
      await dialog.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.getByRole("button", { name: "I have it" }).click();
      expect(receiver.asked()).toContain("/alerts");
    });

    test("shows what the company's systems were told of a session, and tells them again after counting", async () => {
      const session = await start();
      await complete(session, "Y", "200");
      await settled(session);
      await page.goto(`${stack.urls.api}/verifications/${session.id}`);
      await page.getByRole("heading", { name: "Told to your systems" }).waitFor();
      await page.getByText("verification.passed").waitFor();
      await page.goto(`${stack.urls.api}/admin?tab=endpoints`);
      await page.getByRole("button", { name: "Deliveries" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("verification.passed").first().waitFor();
      await takePicture(page, "dialog-deliveries");
      await dialog.getByRole("listitem").getByRole("button", { name: "Send again" }).first().click();
      await dialog.getByText("1 delivery will be sent again.").waitFor();
      const before = receiver.asked().length;
      await dialog.getByRole("button", { name: "Send again" }).click();
      await expect.poll(() => receiver.asked().length, { timeout: 20_000 }).toBeGreaterThan(before);
    });

    test("leads an admin to the queue's own board, which asks nobody else for anything", async () => {
      await page.goto(`${stack.urls.api}/admin?tab=queue`);
      await page.getByRole("link", { name: "Open the queue board" }).waitFor();
      await page.goto(`${stack.urls.api}/queue-board`);
      await page.getByText("receipts.reconcile").first().waitFor();
    });

    test("shows a viewer only what a viewer may see", async () => {
      const session = await start();
      const context = await newContext();
      const viewer = await signIn(context, "viewer");
      expect(await viewer.getByRole("navigation", { name: "Main" }).getByRole("link").allInnerTexts()).toEqual(
        expect.not.arrayContaining(["Admin"]),
      );
      await viewer.goto(`${stack.urls.api}/verifications/${session.id}`);
      await viewer.getByRole("heading", { name: "About the person" }).waitFor();
      expect(await viewer.getByRole("button", { name: "Reveal" }).count()).toBe(0);
      await viewer.goto(`${stack.urls.api}/work`);
      await viewer.getByRole("heading", { name: "Work" }).waitFor();
      expect(await viewer.getByRole("link", { name: "Discrepancies" }).count()).toBe(0);
      await context.close();
    });

    test("speaks Chinese, and remembers that", async () => {
      await page.goto(`${stack.urls.api}/`);
      await page.getByRole("button", { name: "Account of The admin" }).click();
      await page.getByRole("menuitem", { name: "中文" }).click();
      await page.getByRole("heading", { name: "今日" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name: "今日" }).waitFor();
      expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
      await page.getByRole("heading", { name: "每小时开始的会话" }).waitFor();
      await takePicture(page, "today-zh");
      const { items } = await api<{ items: { id: string }[] }>("/v1/verifications?subCode=205");
      await page.goto(`${stack.urls.api}/verifications/${items[0]?.id}`);
      await page.getByText("服务商已确认：未通过，子代码 205（活体风险，可能是攻击）。").waitFor();
      await page
        .locator("ol")
        .getByText(/^The admin 再次.*，原因：the user calls。$/)
        .waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await takePicture(page, "verification-zh");
      await page.getByRole("button", { name: "账户： The admin" }).click();
      await page.getByRole("menuitem", { name: "English" }).click();
      await page.getByRole("heading", { name: "On record" }).waitFor();
    });

    const PAGES = {
      today: "/",
      verifications: "/verifications?span=30d",
      "work-alerts": "/work",
      "work-discrepancies": "/work?tab=discrepancies&status=closed",
      "work-given-up": "/work?tab=given-up",
      insight: "/insight?span=24h&compare=product",
      "admin-people": "/admin",
      "admin-keys": "/admin?tab=keys",
      "admin-routes": "/admin?tab=routes",
      "admin-endpoints": "/admin?tab=endpoints",
      "admin-channels": "/admin?tab=channels",
      "admin-silences": "/admin?tab=silences",
      "admin-queue": "/admin?tab=queue",
      "admin-audit": "/admin?tab=audit",
      "admin-retention": "/admin?tab=retention",
      account: "/account",
    };

    test("breaks no rule of WCAG AA on any page, in light, dark and narrow, and fits 360 pixels", {
      timeout: 300_000,
    }, async () => {
      await api("/v1/keys", { name: "Checkout", scopes: ["verifications.start", "verifications.read"] });
      const expiresAt = new Date(Date.now() + 4 * 3_600_000).toISOString();
      await api("/v1/silences", { rule: "device_risk", route: "default", reason: "a known test device", expiresAt });
      const { items } = await api<{ items: { id: string }[] }>("/v1/verifications?subCode=205");
      const paths = { ...PAGES, verification: `/verifications/${items[0]?.id}` };
      const faults: string[] = [];
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(stack.urls.api + path);
        await page.locator("main h1").waitFor();
        await page.locator("main [role=status][aria-label=Loading]").first().waitFor({ state: "detached" });
        await page.evaluate("document.fonts.ready");
        for (const look of LOOKS) {
          await lookLike(page, look);
          faults.push(...(await accessibilityFaults(page)).map((fault) => `${name} (${look}): ${fault}`));
          const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          if (Number(over) > 0) faults.push(`${name} (${look}) is ${over} pixels too wide`);
          await takePicture(page, `${name}-${look}`);
        }
      }
      expect(faults).toEqual([]);
    });

    test("asks nobody else for anything and reports no error", () => {
      expect(trouble).toEqual([]);
    });
  },
);
