import { useEffect } from "react";

/** Whether a key belongs to something that is typed into, or to a dialog that is open. */
function isTaken({ target, ctrlKey, metaKey, altKey, defaultPrevented }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || defaultPrevented) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]"))
    return true;
  return document.querySelector("[role=dialog]") !== null;
}

/** Moves the focus to the next or previous row of the page's lists. Enter then opens it, as it does any link. */
function moveRow(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row-link]")];
  if (rows.length === 0) return false;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[next]?.focus({ preventScroll: true });
  rows[next]?.scrollIntoView({ block: "nearest" });
  return true;
}

type KeyActions = { search: () => void; help: () => void; go: (place: string) => void };

/** What keys do everywhere: `/` searches, j and k go through rows, `?` shows the keys, g and a letter goes to a page. */
export function useKeys({ search, help, go }: KeyActions): void {
  useEffect(() => {
    let wentAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      const goes = Date.now() - wentAt < 1_000;
      wentAt = event.key === "g" ? Date.now() : 0;
      const onList = event.target === document.body || (event.target as HTMLElement).matches("[data-row-link], main");
      if (goes && "tvwia".includes(event.key)) go(event.key);
      else if (event.key === "/") search();
      else if (event.key === "?") help();
      else if (event.key === "j" || (event.key === "ArrowDown" && onList)) {
        if (!moveRow(1)) return;
      } else if (event.key === "k" || (event.key === "ArrowUp" && onList)) {
        if (!moveRow(-1)) return;
      } else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [search, help, go]);
}
