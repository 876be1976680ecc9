import type { RegisteredFace } from "./face-groups.ts";
import type { Face } from "./see-face.ts";

type Subject = {
  source: Face;
  /** Null: the mode compares with nothing. */
  target: Face | null;
  liveness: boolean;
  duplicates: readonly RegisteredFace[];
  returnFaces: number;
};

/**
 * What a face check ends with (seed 2, SubCode). When several things are wrong, the first of policy, liveness, comparison and
 * duplicate is told: the order is an assumption. Fields come only with the part of the check they belong to.
 */
export function decideFaceCheck({ source, target, liveness, duplicates, returnFaces }: Subject) {
  const same = target === null || target.person === source.person;
  const wrong = {
    "206": source.policy,
    "205": liveness && source.attack,
    "204": !same,
    "233": duplicates.length > 0,
  };
  const subCode = (["206", "205", "204", "233"] as const).find((code) => wrong[code]) ?? "200";
  return {
    passed: subCode === "200",
    subCode,
    ...(target && { faceComparisonScore: same ? "99.5" : "12.5" }),
    ...(subCode === "233" && { duplicateFace: JSON.stringify(duplicates.slice(0, returnFaces).map(named)) }),
    ...(liveness && { faceAttack: source.attack ? "Y" : "N", faceAttackScore: source.attack ? "99" : "1" }),
    ...guessOf(source.person),
  };
}

const named = ({ faceGroupCode, faceId, merchantUserId }: RegisteredFace) => ({
  faceGroupCode,
  faceId,
  merchantUserId,
});

/** Age and gender are made up from who it is. For one person in eight the prediction "fails", and both are absent. */
function guessOf(person: string) {
  const drawn = Number.parseInt(person.slice(0, 4), 16);
  if (drawn % 8 === 0) return {};
  return { faceAge: String(18 + (drawn % 60)), faceGender: drawn % 2 === 0 ? "M" : "F" };
}
