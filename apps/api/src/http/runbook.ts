import { readFile } from "node:fs/promises";
import { Hono } from "hono";

const FILE = new URL("../../../../docs/runbook.md", import.meta.url);

/** The runbook, for the links of alerts: as it is written, with an anchor at each heading. Nothing in it is secret. */
export const runbookRoutes = () =>
  new Hono().get("/runbook", async (c) => {
    const text = await readFile(FILE, "utf8").catch(() => null);
    return text === null ? c.notFound() : c.html(pageOf(text));
  });

/** Anchors are those that GitHub makes of headings. */
const pageOf = (markdown: string): string => {
  const lines = escaped(markdown)
    .split("\n")
    .map((line) => (line.startsWith("## ") ? `<b id="${anchorOf(line.slice(3))}">${line.slice(3)}</b>` : line));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Runbook</title><pre style="white-space: pre-wrap">${lines.join("\n")}</pre></html>`;
};

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(" ", "-")
    .replaceAll(/[^\w-]/g, "");
