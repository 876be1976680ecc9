import { API_VERSION, authorization, percentEncode, sha256Hex } from "@verdict/provider";
import type { toRow } from "../src/control/rows.ts";
import type { Send, Sent } from "../src/send.ts";
import { createSimulator, type SimulatorSettings } from "../src/simulator.ts";
import { manualTimers } from "./manual-timers.ts";

export const ACCESS_KEY = { id: "ak", secret: "ak-secret" };

export const SETTINGS: SimulatorSettings = {
  accessKeys: new Map([[ACCESS_KEY.id, ACCESS_KEY.secret]]),
  ttlSeconds: 1_800,
  idSeed: "test",
  logEntries: 1_000,
};

export const CALLBACK_URL = "https://merchant.example/callbacks/default";

export const FACE = {
  ProductCode: "FACE_VERIFY",
  MerchantBizId: "biz1",
  MerchantUserId: "user-hash",
  MetaInfo: '{"deviceType":"ios"}',
  FacePictureUrl: "https://merchant.example/face.jpg",
};

export const OCR = {
  ProductCode: "ID_OCR",
  MerchantBizId: "biz2",
  MerchantUserId: "user-hash",
  MetaInfo: '{"deviceType":"ios"}',
  DocType: "01000000",
};

export type Parameters = Record<string, string | undefined>;
export type Row = ReturnType<typeof toRow>;
export type Reply = { status: number; body: ProviderBody };
export type ProviderBody = {
  RequestId: string;
  Code: string;
  Message: string;
  Recommend?: string;
  Result?: Record<string, unknown>;
};

export const answered = (httpStatus: number): Sent => ({ kind: "answered", httpStatus });

let nonces = 0;

/** Headers and query of a signed call, its date being now. `body`: what it carries besides, as it goes. */
export function signedRequest(
  action: string,
  parameters: Record<string, string> | URLSearchParams,
  host: string,
  body: string | Uint8Array = "",
  now = Date.now(),
) {
  const given = parameters instanceof URLSearchParams ? [...parameters] : Object.entries(parameters);
  nonces += 1;
  const headers: Record<string, string> = {
    host,
    "x-acs-action": action,
    "x-acs-version": API_VERSION,
    "x-acs-date": new Date(now).toISOString().replace(/\.\d{3}Z$/, "Z"),
    "x-acs-signature-nonce": `nonce-${nonces}`,
    "x-acs-content-sha256": sha256Hex(body),
    ...(body.length > 0 && { "content-type": "application/x-www-form-urlencoded" }),
  };
  headers.authorization = authorization({ method: "POST", path: "/", query: given, headers, body }, ACCESS_KEY);
  const query = given.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&");
  return { headers, search: query && `?${query}` };
}

/** A simulator whose time and receiver a test holds in its hand. */
export function setup({ settings = {} }: { settings?: Partial<SimulatorSettings> } = {}) {
  const timers = manualTimers();
  /** Every GET that went out, in order. */
  const sent: URL[] = [];
  /** What the receiver says; a test may exchange it. */
  const receiver = { say: (_url: URL): Sent | Promise<Sent> => answered(200) };
  const send: Send = async (url) => {
    sent.push(new URL(url));
    return receiver.say(new URL(url));
  };
  const { app, close } = createSimulator({ settings: { ...SETTINGS, ...settings }, timers, send });

  /** A request with its signature, for a test to spoil before it goes out. */
  function signed(action: string, parameters: Parameters, change: SignedChange = {}) {
    const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const form = given.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&");
    const { inBody = false, date = timers.now(), key = ACCESS_KEY, method = "POST" } = change;
    const body = inBody ? form : "";
    nonces += 1;
    const headers: Record<string, string> = {
      host: "simulator.test",
      "x-acs-action": action,
      "x-acs-version": API_VERSION,
      "x-acs-date": new Date(date).toISOString().replace(/\.\d{3}Z$/, "Z"),
      "x-acs-signature-nonce": `nonce-${nonces}`,
      "x-acs-content-sha256": sha256Hex(body),
      ...(inBody && { "content-type": "application/x-www-form-urlencoded" }),
      ...change.headers,
    };
    const query = inBody ? [] : given;
    headers.authorization = authorization({ method, path: "/", query, headers, body }, key);
    const url = query.length > 0 ? `http://simulator.test/?${form}` : "http://simulator.test/";
    return { url, method, headers, body };
  }

  async function raw({ url, ...init }: ReturnType<typeof signed>): Promise<Reply> {
    const bodyless = init.method === "GET" || init.body === "";
    const { body, ...rest } = init;
    const response = await app.request(url, bodyless ? rest : { ...rest, body });
    return { status: response.status, body: (await response.json()) as ProviderBody };
  }

  const call = (action: string, parameters: Parameters, change?: SignedChange) =>
    raw(signed(action, parameters, change));

  /** A session with a callback address; gives its id. */
  async function open(parameters: Parameters = {}): Promise<string> {
    const reply = await call("Initialize", {
      ...FACE,
      CallbackUrl: CALLBACK_URL,
      CallbackToken: "token-1",
      ...parameters,
    });
    return String(reply.body.Result?.TransactionId);
  }

  const checkResult = (TransactionId: string) => call("CheckResult", { MerchantBizId: "biz1", TransactionId });

  async function control(method: string, path: string, body?: unknown) {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const response = await app.request(`/_sim${path}`, text === undefined ? { method } : { method, body: text });
    return { status: response.status, body: (await response.json()) as unknown };
  }

  const rows = async (query = "") => (await control("GET", `/transactions${query}`)).body as Row[];

  /** The user finishes, and whatever is due at once has gone out. */
  async function complete(id: string, passed = "Y", subCode = "200") {
    const reply = await control("POST", `/transactions/${id}/complete`, { passed, subCode });
    await timers.advance(0);
    return reply;
  }

  /** The callbacks among everything that went out: probes carry no parameters. */
  const callbacks = () => sent.filter((url) => url.searchParams.has("transactionId"));

  return {
    app,
    close,
    timers,
    sent,
    receiver,
    signed,
    raw,
    call,
    open,
    checkResult,
    control,
    rows,
    complete,
    callbacks,
  };
}

export type SignedChange = {
  method?: string;
  inBody?: boolean;
  date?: number;
  key?: { id: string; secret: string };
  headers?: Record<string, string>;
};

export type Simulator = ReturnType<typeof setup>;
