import type { Tone } from "../../parts/tones.ts";
import type { Entry } from "./evidence.ts";

/** How a kind of evidence is drawn: a shape of its own, and the colour of what it says. */
export type Shape = "ring" | "diamond" | "hollow_diamond" | "bar" | "triangle" | "bell" | "person" | "dot";

export function glyphOf(entry: Entry): { shape: Shape; tone: Tone } {
  switch (entry.type) {
    case "action":
      return { shape: "person", tone: "open" };
    case "receipt":
      return { shape: "ring", tone: entry.passed ? "good" : "bad" };
    case "check":
      if (entry.passed !== null) return { shape: "diamond", tone: entry.passed ? "good" : "bad" };
      return entry.kind === "unavailable" ? { shape: "bar", tone: "wait" } : { shape: "hollow_diamond", tone: "still" };
    case "discrepancy":
      return { shape: "triangle", tone: entry.closedAt ? "still" : "odd" };
    case "alert":
      return {
        shape: "bell",
        tone: entry.status === "resolved" ? "still" : entry.severity === "critical" ? "bad" : "wait",
      };
    case "transition":
      return { shape: "dot", tone: "open" };
  }
}

/** One glyph around the origin, about 14 wide. */
export function Glyph({ shape, tone }: { shape: Shape; tone: Tone }) {
  const colour = `var(--${tone}-mark)`;
  const ground = "var(--surface)";
  switch (shape) {
    case "ring":
      return <circle r={6} fill={ground} stroke={colour} strokeWidth={3.5} />;
    case "diamond":
      return <path d="M0-8.500 8.500 0 0 8.500-8.500 0Z" fill={colour} stroke={ground} strokeWidth={1.5} />;
    case "hollow_diamond":
      return <path d="M0-7 7 0 0 7-7 0Z" fill={ground} stroke={colour} strokeWidth={2} />;
    case "bar":
      return (
        <g stroke={colour} strokeWidth={2.5} strokeLinecap="round">
          <circle r={9} fill={ground} stroke="none" />
          <path d="M-4.500-4.500 4.500 4.500M4.500-4.500-4.500 4.500" />
        </g>
      );
    case "triangle":
      return <path d="M0-8 8.500 7h-17Z" fill={colour} stroke={ground} strokeWidth={1.5} strokeLinejoin="round" />;
    case "bell":
      return (
        <g>
          <circle r={8.5} fill={colour} stroke={ground} strokeWidth={1.5} />
          <path d="M0-4.500V1M0 4.200v.1" stroke={ground} strokeWidth={2.2} strokeLinecap="round" />
        </g>
      );
    case "person":
      return (
        <g fill={colour} stroke={ground} strokeWidth={1.5}>
          <path d="M-7.500 8a7.500 6.500 0 0 1 15 0Z" />
          <circle cy={-3.5} r={4.5} />
        </g>
      );
    case "dot":
      return <circle r={4} fill={colour} />;
  }
}
