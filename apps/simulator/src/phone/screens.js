// Draws what the phone shows. Every value becomes a text node or an attribute, so nothing a session carries can be markup.

/** One element: `h("p", { class: "calm" }, "text")`. */
function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") element.addEventListener("click", value);
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
const FRAME = "M4 14V8a4 4 0 0 1 4-4h6M34 4h6a4 4 0 0 1 4 4v6M44 34v6a4 4 0 0 1-4 4h-6M14 44H8a4 4 0 0 1-4-4v-6";
const HEAD = "M24 11c6.500 0 10 4.500 10 11S30 37 24 37s-10-8.500-10-15S17.500 11 24 11Z";
const DRAWINGS = {
  FACE_VERIFY: [FRAME, HEAD, "M20 21v1.500M28 21v1.500M20.500 28.500c2 2 5 2 7 0"],
  ID_OCR: [FRAME, "M11 15h26v18H11zM15 20h7v8h-7zM26 21h7M26 27h7"],
  none: ["M16 4h16a4 4 0 0 1 4 4v32a4 4 0 0 1-4 4H16a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4ZM21 39h6"],
  good: ["M13 25l8 8 15-18"],
  bad: ["M15 15l18 18M33 15L15 33"],
  quiet: ["M13 24h22"],
};

function drawing(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("aria-hidden", "true");
  for (const d of DRAWINGS[name] ?? DRAWINGS.quiet) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** A screen's title takes the focus when the screen is new. */
const title = (text) => h("h2", { tabindex: "-1", "data-key": "title" }, text);

const short = (id) => (id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

const linkTo = (id) => `#${id}`;

export function renderScreen(screen, now, act) {
  if (screen.kind === "list") return screen.open.length > 0 ? list(screen) : empty();
  if (!screen.session) return unknown();
  return screen.session.end ? ending(screen.session, act) : choices(screen.session, now, act);
}

const back = () => h("a", { class: "back", href: "#", "data-key": "back" }, "All sessions");

const empty = () =>
  h(
    "div",
    { class: "calm" },
    drawing("none"),
    title("No session is open"),
    h("p", {}, "Start a verification through the API. It appears here within a second."),
  );

const unknown = () =>
  h("div", {}, back(), h("div", { class: "calm" }, drawing("quiet"), title("This session is not known here")));

function list({ open, openCount }) {
  const more = openCount - open.length;
  return h(
    "div",
    {},
    title(openCount === 1 ? "One session waits for you" : `${openCount} sessions wait for you`),
    h("ul", { class: "open" }, ...open.map(openSession)),
    more > 0 ? h("p", { class: "more" }, `and ${more} older`) : null,
  );
}

const openSession = ({ transactionId, merchantBizId, product, productName, expiresAt }) =>
  h(
    "li",
    {},
    h(
      "a",
      { class: "card", href: linkTo(transactionId), "data-key": `open ${transactionId}` },
      drawing(product),
      h(
        "span",
        { class: "lines" },
        h("strong", {}, productName),
        h("span", { class: "id", title: merchantBizId }, short(merchantBizId)),
      ),
      h("span", { class: "left", "data-expires": expiresAt }),
    ),
  );

function choices(session, now, act) {
  const { transactionId, merchantBizId, product, productName, initializedAt, expiresAt, outcomes, pages, note } =
    session;
  const length = Date.parse(expiresAt) - Date.parse(initializedAt);
  const remaining = Math.max(0, Date.parse(expiresAt) - Date.parse(now));
  const page = h("select", { id: "page", "data-key": "page" }, ...pages.map((name) => h("option", {}, name)));
  page.value = pages.at(-1);
  return h(
    "div",
    {},
    back(),
    h("div", { class: "viewfinder" }, drawing(product)),
    title(productName),
    h("p", { class: "id", title: merchantBizId }, merchantBizId),
    h("progress", { max: length, value: remaining, "data-until": expiresAt, "aria-label": "Time left" }),
    h("p", { class: "left", "data-expires": expiresAt }),
    h("h3", {}, "How does it end?"),
    h("ul", { class: "outcomes" }, ...outcomes.map((outcome) => choice(outcome, transactionId, act))),
    note ? h("p", { class: "note" }, note) : null,
    asking("page", "Or leave at this page", page, "Walk away", () =>
      act(transactionId, "abandon", { page: page.value }),
    ),
    told(session, act),
    stranger(session, act),
  );
}

/** A choice and the button that acts on it. */
const asking = (id, words, select, label, onclick) =>
  h(
    "div",
    { class: "leave" },
    h("label", { for: id }, words),
    select,
    h("button", { type: "button", "data-key": `${id} go`, onclick }, label),
  );

/** What somebody could send who has seen the callback address, but not the token. */
function stranger({ transactionId, outcomes, canForge }, act) {
  if (!canForge) return null;
  const claims = outcomes.map(({ title, subCode }, at) => h("option", { value: String(at) }, `${subCode} ${title}`));
  const claim = h("select", { id: "claim", "data-key": "claim" }, ...claims);
  return asking("claim", "Let a stranger claim", claim, "Forge", () => {
    const { passed, subCode } = outcomes[Number(claim.value)];
    return act(transactionId, "forge", { passed, subCode });
  });
}

const choice = ({ passed, subCode, title, detail }, transactionId, act) =>
  h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `outcome ${passed === "Y" ? "good" : "bad"}`,
        "data-key": `outcome ${subCode}`,
        onclick: () => act(transactionId, "complete", { passed, subCode }),
      },
      h("span", { class: "lines" }, h("strong", {}, title), h("span", {}, detail)),
      h("span", { class: "code" }, subCode),
    ),
  );

const ending = (session, act) =>
  h(
    "div",
    {},
    back(),
    h("div", { class: `seal ${session.end.tone}` }, drawing(session.end.tone)),
    title(session.end.title),
    h("p", { class: "centred" }, session.end.detail),
    h("p", { class: "id", title: session.merchantBizId }, session.merchantBizId),
    told(session, act),
    stranger(session, act),
  );

function told({ transactionId, receiver, sentCount }, act) {
  if (receiver.length === 0) return null;
  const again = (callback) => act(transactionId, "replay", { callback });
  const lines = receiver.map((words, at) => line(words, at < sentCount ? at + 1 : null, again));
  return h("div", {}, h("h3", {}, "What the receiver said"), h("ol", { class: "receiver" }, ...lines));
}

const line = ({ title, detail, tone }, callback, again) =>
  h(
    "li",
    { class: tone },
    h("strong", {}, title),
    h("span", {}, detail),
    callback &&
      h(
        "button",
        {
          type: "button",
          class: "again",
          "data-key": `again ${callback}`,
          "aria-label": `Send again: ${title}`,
          onclick: () => again(callback),
        },
        "Send again",
      ),
  );

export function renderFinished(finished, count, selected) {
  if (finished.length === 0)
    return [h("li", { class: "none" }, "Nothing yet. Finished sessions are listed here with the receiver’s answer.")];
  const rows = finished.map((session) => past(session, session.transactionId === selected));
  const more = count - finished.length;
  return more > 0 ? [...rows, h("li", { class: "none" }, `and ${more} earlier`)] : rows;
}

function past({ transactionId, merchantBizId, productName, end, answer }, current) {
  return h(
    "li",
    {},
    h(
      "a",
      {
        class: "past",
        href: linkTo(transactionId),
        "data-key": `past ${transactionId}`,
        "aria-current": current && "true",
      },
      h("span", { class: `dot ${end.tone}` }),
      h(
        "span",
        { class: "lines" },
        h("strong", {}, end.title),
        h("span", { class: "id", title: merchantBizId }, `${productName} ${short(merchantBizId)}`),
      ),
      h("span", { class: `chip ${answer?.tone ?? "quiet"}` }, answer?.detail ?? "no callback"),
    ),
  );
}
