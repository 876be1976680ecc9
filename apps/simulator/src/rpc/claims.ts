import { parseAuthorization, type SignableRequest, verifySignature } from "@verdict/provider";
import { type RpcAnswer, refusal } from "./answers.ts";
import { missingParameter, type ReadParameters } from "./parameters.ts";
import { verifySignatureV2 } from "./sign-v2.ts";

/** What a call says about its caller, in whichever way it was signed. */
export type Claim = {
  accessKeyId: string;
  version: string | undefined;
  date: string | undefined;
  nonce: string | undefined;
  /** The names its date and nonce go by, and what to say when one is not there. */
  dateName: string;
  missing(what: "date" | "nonce"): RpcAnswer;
  isSignedWith(secret: string): boolean;
};

export type ReadClaim = { kind: "claim"; claim: Claim } | { kind: "refused"; answer: RpcAnswer };

export type SignedCall = Omit<SignableRequest, "query"> & { parameters: ReadParameters };

/** A call without an Authorization header may still be signed the older way, by its parameters. */
export function readClaim(call: SignedCall): ReadClaim {
  const { headers, parameters } = call;
  const { merged } = parameters;
  if (!headers.authorization && (merged.SignatureMethod || merged.Signature)) return readV2(call);
  return readV3(call);
}

function readV3({ parameters, ...call }: SignedCall): ReadClaim {
  const { headers } = call;
  const claimed = parseAuthorization(headers.authorization ?? "");
  if (!claimed) {
    const message = "The Authorization header is missing or is no ACS3-HMAC-SHA256 signature.";
    return { kind: "refused", answer: refusal("IncompleteSignature", message) };
  }
  return {
    kind: "claim",
    claim: {
      accessKeyId: claimed.accessKeyId,
      version: headers["x-acs-version"],
      date: headers["x-acs-date"],
      nonce: headers["x-acs-signature-nonce"],
      dateName: "x-acs-date",
      missing: (what) => missingParameter(what === "date" ? "x-acs-date" : "x-acs-signature-nonce"),
      isSignedWith: (secret) => verifySignature({ ...call, query: parameters.query }, claimed, secret),
    },
  };
}

const MISSING = {
  date: refusal("MissingTimestamp", "Timestamp is mandatory for this action."),
  nonce: refusal("MissingSignatureNonce", "SignatureNonce is mandatory for this action."),
};

function readV2({ method, parameters: { merged, query, form } }: SignedCall): ReadClaim {
  const mistake = mistakeOf(merged);
  if (mistake) return { kind: "refused", answer: mistake };
  return {
    kind: "claim",
    claim: {
      accessKeyId: merged.AccessKeyId ?? "",
      version: merged.Version,
      date: merged.Timestamp,
      nonce: merged.SignatureNonce,
      dateName: "Timestamp",
      missing: (what) => MISSING[what],
      isSignedWith: (secret) => verifySignatureV2(method, [...query, ...form], secret),
    },
  };
}

function mistakeOf(merged: Readonly<Record<string, string>>): RpcAnswer | null {
  if (merged.SignatureMethod !== "HMAC-SHA1" || (merged.SignatureVersion ?? "1.0") !== "1.0") {
    return refusal("InvalidSignatureMethod", "SignatureMethod must be HMAC-SHA1, and SignatureVersion 1.0.");
  }
  if (!merged.Signature) return refusal("IncompleteSignature", "The parameter Signature is missing.");
  if (!merged.AccessKeyId) return refusal("MissingAccessKeyId", "AccessKeyId is mandatory for this action.");
  if (!/^json$/i.test(merged.Format ?? "JSON")) {
    return refusal("InvalidParameter.Format", "The parameter Format is invalid: only JSON is answered.");
  }
  return null;
}
