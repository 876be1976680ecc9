import type { TokenInspection } from "@verdict/domain";

/** What an inspection says, for people, and whether a receiver takes the token. */
export function sayInspection(route: string, inspection: TokenInspection): { taken: boolean; lines: string[] } {
  switch (inspection.kind) {
    case "genuine": {
      const { kid, subject, expired } = inspection;
      const at = subject.expiresAt.toISOString();
      return taken(
        `genuine: of verification ${subject.verificationId}, signed with ${kid}`,
        expired ? `expired since ${at}: a callback is kept all the same, and marked late` : `good until ${at}`,
      );
    }
    case "unknown_route":
      return refused(`there is no route ${route}`, `the routes are ${inspection.known.join(", ")}`);
    case "malformed":
      return refused("malformed", inspection.why);
    case "unknown_key":
      return refused(
        `no key is called ${inspection.kid}`,
        `route ${route} verifies with ${inspection.known.join(", ") || "none"}; was ${inspection.kid} taken out of CALLBACK_TOKEN_KEYS too early?`,
      );
    case "wrong_route":
      return refused(
        `made for route ${inspection.madeFor}, not ${route}`,
        `of verification ${inspection.subject.verificationId}, signed with ${inspection.kid}`,
      );
    case "forged":
      return refused(
        "the signature is wrong",
        `the secret of ${inspection.kid} has not made this for route ${route}: it was changed, or made with another secret`,
      );
  }
}

const taken = (...lines: string[]) => ({ taken: true, lines });
const refused = (why: string, more: string) => ({ taken: false, lines: [`refused: ${why}`, more] });
