import { API_VERSION, percentEncode } from "@verdict/provider";
import { expect, test } from "vitest";
import { signatureV2 } from "../src/rpc/sign-v2.ts";
import { ACCESS_KEY, setup } from "./setup.ts";

test("the vendor's example has the vendor's signature", () => {
  const parameters = {
    AccessKeyId: "testid",
    Action: "DescribeRegions",
    Format: "XML",
    SignatureMethod: "HMAC-SHA1",
    SignatureNonce: "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
    SignatureVersion: "1.0",
    Timestamp: "2016-02-23T12:46:24Z",
    Version: "2014-05-26",
  };
  expect(signatureV2("GET", Object.entries(parameters), "testsecret")).toBe("OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
});

type Change = Record<string, string | undefined>;
type Placement = "body" | "query" | "both";

let nonces = 0;

/** The common parameters, signed; `change` is made before signing, `after` behind the signature's back. */
function signed(business: Change, change: Change = {}, method = "POST") {
  nonces += 1;
  const common: Change = {
    Action: "CheckResult",
    Version: API_VERSION,
    Format: "JSON",
    AccessKeyId: ACCESS_KEY.id,
    SignatureMethod: "HMAC-SHA1",
    SignatureVersion: "1.0",
    SignatureNonce: `v2-${nonces}`,
    Timestamp: "2026-01-31T00:00:00Z",
    ...change,
  };
  const given = Object.entries({ ...common, ...business }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const pairs =
    "Signature" in change ? given : [...given, ["Signature", signatureV2(method, given, ACCESS_KEY.secret)] as const];
  return { pairs, business: new Set(Object.keys(business)) };
}

const encode = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([name, value]) => `${name}=${percentEncode(value)}`).join("&");

async function send(
  { pairs, business }: ReturnType<typeof signed>,
  placement: Placement,
  options: { method?: string; getCalls?: "accepted" } = {},
) {
  const { app } = setup({ settings: { behaviour: { getCalls: options.getCalls ?? "refused" } } });
  const inQuery = pairs.filter(([name]) => placement === "query" || (placement === "both" && !business.has(name)));
  const inBody = pairs.filter((pair) => !inQuery.includes(pair));
  const method = options.method ?? "POST";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const init = inBody.length > 0 ? { method, headers, body: encode(inBody) } : { method };
  const response = await app.request(`/?${encode(inQuery)}`, init);
  return { status: response.status, body: (await response.json()) as { Code: string } };
}

const asked = { MerchantBizId: "biz1", TransactionId: "unknown *'()!~ä" };

test.each<[Placement]>([["body"], ["query"], ["both"]])(
  "a call signed the older way, parameters in %s, is let in",
  async (placement) => {
    expect(await send(signed(asked), placement)).toMatchObject({ status: 400, body: { Code: "TransactionIdInvalid" } });
  },
);

test("a GET is let in only when the setting says so", async () => {
  const call = () => signed(asked, {}, "GET");
  expect(await send(call(), "query", { method: "GET" })).toMatchObject({ body: { Code: "UnsupportedHTTPMethod" } });
  const accepted = await send(call(), "query", { method: "GET", getCalls: "accepted" });
  expect(accepted.body.Code).toBe("TransactionIdInvalid");
});

test.each<[string, Change, number, string]>([
  ["an unknown key", { AccessKeyId: "other" }, 404, "InvalidAccessKeyId.NotFound"],
  ["no key", { AccessKeyId: undefined }, 400, "MissingAccessKeyId"],
  ["a wrong signature", { Signature: "OLeaidS1JvxuMvnyHOwuJ+uX5qY=" }, 400, "SignatureDoesNotMatch"],
  ["a short signature", { Signature: "x" }, 400, "SignatureDoesNotMatch"],
  ["no signature", { Signature: undefined }, 400, "IncompleteSignature"],
  ["another method", { SignatureMethod: "HMAC-SHA256" }, 400, "InvalidSignatureMethod"],
  ["another edition", { SignatureVersion: "2.0" }, 400, "InvalidSignatureMethod"],
  ["another format", { Format: "XML" }, 400, "InvalidParameter.Format"],
  ["another version", { Version: "2019-03-07" }, 400, "InvalidVersion"],
  ["no time", { Timestamp: undefined }, 400, "MissingTimestamp"],
  ["a time of another form", { Timestamp: "31 Jan" }, 400, "InvalidTimeStamp.Format"],
  ["a time 16 minutes ago", { Timestamp: "2026-01-30T23:44:00Z" }, 400, "InvalidTimeStamp.Expired"],
  ["no nonce", { SignatureNonce: undefined }, 400, "MissingSignatureNonce"],
  ["no action", { Action: undefined }, 400, "MissingParameter"],
  ["another action", { Action: "FaceCompare" }, 404, "InvalidApi.NotFound"],
])("%s is refused", async (_name, change, status, code) => {
  expect(await send(signed(asked, change), "body")).toMatchObject({ status, body: { Code: code } });
});

test("a call that is sent again, or changed on its way, is refused", async () => {
  const { app } = setup();
  const { pairs } = signed({});
  const post = async (body: string) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const response = await app.request("/", { method: "POST", headers, body });
    return ((await response.json()) as { Code: string }).Code;
  };
  expect(await post(`${encode(pairs)}&MerchantBizId=other`)).toBe("SignatureDoesNotMatch");
  expect(await post(encode(pairs))).toBe("MissingParameter");
  expect(await post(encode(pairs))).toBe("SignatureNonceUsed");
});
