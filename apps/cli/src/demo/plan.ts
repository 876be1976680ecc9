import { createHash } from "node:crypto";

/** How one person of the demo behaves. */
export type Visitor = {
  index: number;
  product: "FACE_VERIFY" | "ID_OCR";
  behaviour:
    | { kind: "finish"; passed: boolean; subCode: string }
    | { kind: "walk_away"; page?: string; errorCode?: string };
  /** How long the person takes before that. */
  thinkMs: number;
};

const OUTCOMES = [
  [0.7, { kind: "finish", passed: true, subCode: "200" }],
  [0.8, { kind: "finish", passed: false, subCode: "204" }],
  [0.84, { kind: "finish", passed: false, subCode: "205" }],
  [0.88, { kind: "finish", passed: false, subCode: "206" }],
  [0.94, { kind: "walk_away", page: "FACE", errorCode: "1006" }],
  [1, { kind: "walk_away" }],
] as const satisfies readonly (readonly [below: number, behaviour: Visitor["behaviour"]])[];

/** The same seed gives the same people. */
export function planVisitors(count: number, seed: number): Visitor[] {
  return Array.from({ length: count }, (_, index) => {
    const draw = (what: string) => fraction(`${seed}/${index}/${what}`);
    const outcome = draw("outcome");
    const [, behaviour] = OUTCOMES.find(([below]) => outcome < below) ?? OUTCOMES[0];
    const product = draw("product") < 0.7 ? "FACE_VERIFY" : "ID_OCR";
    return { index, product, behaviour, thinkMs: Math.round(100 + 1_900 * draw("think")) };
  });
}

/** A number from 0 to 1 (exclusive) that depends on nothing but the text. */
const fraction = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
