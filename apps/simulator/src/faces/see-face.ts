import { sha256Hex } from "@verdict/provider";
import type { JudgedPicture } from "../pictures/judge-picture.ts";
import { type ErrorCode, type RpcAnswer, refusal } from "../rpc/answers.ts";
import { type FaceRule, REFUSALS } from "./face-rules.ts";

/** Who is in a picture, and what is wrong with it. */
export type Face = { person: string; attack: boolean; policy: boolean };

export type Seen = { kind: "face"; face: Face } | { kind: "refused"; answer: RpcAnswer };

/** One picture of a request: as Base64 or by its address. */
export type GivenPicture = { name: string; base64?: string | undefined; url?: string | undefined };

type Sight = { rules: ReadonlyMap<string, FaceRule>; judge: (base64: string) => JudgedPicture };

/**
 * Looks at a picture. One by address is never downloaded: its address is the person, unless its path says otherwise. A rule of
 * `PUT /_sim/faces` has the last word.
 */
export function seeFace({ name, base64, url }: GivenPicture, { rules, judge }: Sight): Seen {
  if (base64 === undefined) return byUrl(name, url ?? "", rules);
  const judged = judge(base64);
  if (judged.kind === "refused") return refused(judged.code, name, judged.why);
  const rule = rules.get(`sha256:${judged.sha256}`);
  return decided(name, { person: judged.person, attack: false, policy: false }, rule);
}

/** What a segment of the path says about a picture that nobody downloads. */
const MARKERS: Readonly<Record<string, FaceRule["refuse"]>> = {
  "no-face": "NoFaceDetected",
  unqualified: "UnqualifiedPhoto",
  "too-large": "ToolargeImage",
  timeout: "DownloadTimeout",
};

function byUrl(name: string, url: string, rules: ReadonlyMap<string, FaceRule>): Seen {
  const { origin, pathname } = new URL(url);
  const segments = pathname.split("/").slice(1, -1);
  const [, who] = /\/person\/([^/]+)\//.exec(pathname) ?? [];
  const face: Face = {
    person: sha256Hex(who === undefined ? `${origin}${pathname}` : `person ${who}`),
    attack: segments.includes("attack"),
    policy: segments.includes("policy"),
  };
  const marker = segments.find((segment) => Object.hasOwn(MARKERS, segment));
  return decided(name, face, { ...(marker && { refuse: MARKERS[marker] }), ...rules.get(url) });
}

function decided(name: string, face: Face, rule: FaceRule | undefined): Seen {
  if (rule?.refuse) return refused(rule.refuse, name, REFUSALS[rule.refuse]);
  return {
    kind: "face",
    face: {
      person: rule?.person === undefined ? face.person : sha256Hex(`person ${rule.person}`),
      attack: rule?.attack ?? face.attack,
      policy: rule?.policy ?? face.policy,
    },
  };
}

const refused = (code: ErrorCode, name: string, why: string): Seen => ({
  kind: "refused",
  answer: refusal(code, `The picture ${name} cannot be used: ${why}.`),
});
