import { renderFinished, renderScreen } from "./screens.js";

// Asks the simulator once a second what there is, and draws again only what has changed.

const REFRESH_MS = 1_000;
const at = (id) => document.getElementById(id);
const page = { screen: at("screen"), finished: at("finished"), faults: at("faults"), trouble: at("trouble") };

let view = null;
let drawn = {};
let asking = null;
let silent = false;

const selectedId = () => location.hash.slice(1);

/** Resolves when what is shown belongs to the selected session. */
function refresh() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask() {
  const wanted = selectedId();
  try {
    const answer = await fetch(`/phone/sessions?selected=${encodeURIComponent(wanted)}`);
    view = await answer.json();
    if (silent) trouble("");
    silent = false;
  } catch {
    silent = true;
    trouble("The simulator does not answer. Is it still running?");
  }
  if (wanted !== selectedId()) return ask();
  draw();
}

function draw() {
  if (!view) return;
  const wanted = selectedId();
  const { selected, open, openCount, finished, finishedCount, faults } = view;
  const screen = wanted ? { kind: "session", session: selected } : { kind: "list", open, openCount };
  redraw("screen", { wanted, screen }, () => page.screen.replaceChildren(renderScreen(screen, view.now, act)));
  redraw("finished", { finished, finishedCount, wanted }, () =>
    page.finished.replaceChildren(...renderFinished(finished, finishedCount, wanted)),
  );
  page.faults.hidden = !faults;
  page.faults.textContent = faults ? `Faults on purpose (seed ${faults.seed}): ${faults.words}` : "";
  tick();
  announce(selected);
}

/** Draws a part when what it shows has changed, and keeps the focus: on the same control, or on the part's new title. */
function redraw(part, shown, render) {
  const now = JSON.stringify(shown);
  if (drawn[part] === now) return;
  drawn = { ...drawn, [part]: now };
  const focused = page[part].contains(document.activeElement) ? document.activeElement.dataset.key : null;
  render();
  if (!focused) return;
  const again = page[part].querySelector(`[data-key="${CSS.escape(focused)}"]`) ?? page[part].querySelector("h2");
  again?.focus({ preventScroll: true });
}

/** The parts that move with the clock. */
function tick() {
  const now = Date.parse(view.now);
  at("clock").textContent = new Date(now).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  for (const left of document.querySelectorAll("[data-expires]")) {
    const seconds = Math.max(0, Math.ceil((Date.parse(left.dataset.expires) - now) / 1_000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`;
  }
  for (const bar of document.querySelectorAll("progress[data-until]")) {
    bar.value = Math.max(0, Date.parse(bar.dataset.until) - now);
  }
}

let spoken = "";
function announce(session) {
  if (!session?.end) return;
  const text = [session.end, ...session.receiver].map(({ title, detail }) => `${title}: ${detail}`).join("; ");
  if (text === spoken) return;
  spoken = text;
  at("live").textContent = text;
}

/** One command for a session: `start`, `complete`, `abandon`, `replay` or `forge`. */
async function act(transactionId, command, body) {
  try {
    const answer = await fetch(`/_sim/transactions/${encodeURIComponent(transactionId)}/${command}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    if (!answer.ok && command !== "start") trouble((await answer.json()).message);
  } catch {
    trouble("The simulator does not answer. Is it still running?");
  }
  await asking;
  await refresh();
}

function trouble(text) {
  page.trouble.hidden = text === "";
  page.trouble.textContent = text;
}

/** Looking at a session on the phone is what starts it. */
async function opened() {
  await refresh();
  const { transactionId, state } = view?.selected ?? {};
  if (state === "initialized") await act(transactionId, "start");
}

addEventListener("hashchange", async () => {
  trouble("");
  await opened();
  page.screen.querySelector("h2")?.focus();
});

await opened();
setInterval(() => {
  if (!document.hidden) refresh();
}, REFRESH_MS);
