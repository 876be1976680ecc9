import { readCallbackToken } from "@verdict/domain";
import { z } from "zod";

/** Query and token are checked by the same code in every peer, so that frameworks and stores are what differs. */
const Callback = z.object({
  callbackToken: z.string().max(64),
  transactionId: z.string().max(64),
  passed: z.enum(["Y", "N"]),
  subCode: z.string().max(16),
});

export type PeerCallback = z.output<typeof Callback> & { receivedAt: number };

export type Checked = { status: 200; callback: PeerCallback } | { status: 400 | 401 };

const Env = z.object({ TOKEN_KID: z.string(), TOKEN_SECRET: z.string() });

/** Checks what a query holds, by the key in the environment. */
export function callbackChecker(): (route: string, query: unknown) => Checked {
  const { TOKEN_KID: kid, TOKEN_SECRET: secret } = Env.parse(process.env);
  const keys = [{ kid, secret }];
  return (route, query) => {
    const read = Callback.safeParse(query);
    if (!read.success) return { status: 400 };
    const genuine = readCallbackToken(route, read.data.callbackToken, keys).kind === "genuine";
    return genuine ? { status: 200, callback: { ...read.data, receivedAt: Date.now() } } : { status: 401 };
  };
}
