import type { Socket } from "node:net";
import nodemailer from "nodemailer";
import type { z } from "zod";
import type { DeliveryClient } from "../delivery-client.ts";
import { codeOf } from "../exchange.ts";
import { isListed } from "../guard/allow-list.ts";
import { explainRefusal } from "../guard/explain-refusal.ts";
import { guardedConnector, RefusedTarget, UnresolvedTarget } from "../guard/guarded-connect.ts";
import { judgeHost } from "../guard/judge-host.ts";
import type { Notice } from "../notice.ts";
import { type emailChannel, emailMessage } from "./email.ts";
import { failed, type Outcome, SENT } from "./outcome.ts";

type Config = z.output<typeof emailChannel>;

/**
 * Hands the mail to the server in one attempt. The connection is guarded as those to webhooks are; certificates are always
 * checked, against the server's configured name. Sent means that the server took it for at least one of the mailboxes.
 */
export async function sendMail(
  notice: Notice,
  config: Config,
  { guard, timeoutMs }: Pick<DeliveryClient, "guard" | "timeoutMs">,
): Promise<Outcome> {
  const verdict = judgeHost(config.host, config.port, guard.allowed);
  if (!verdict.ok) return failed("bad_target", `Nothing was sent. ${explainRefusal(verdict.reason)}`);
  const { target } = verdict;
  if (config.security === "none" && !isListed(guard.allowed, target)) {
    return failed("bad_target", "Nothing was sent. Mail without TLS is only for servers an operator has allowed.");
  }
  const giveUp = AbortSignal.timeout(timeoutMs);
  const connect = async () => {
    const socket = await openSocket(guardedConnector(guard), target.host, config.port);
    giveUp.addEventListener("abort", () => socket.destroy(), { once: true });
    return socket;
  };
  const transport = nodemailer.createTransport({
    host: target.host,
    port: config.port,
    secure: config.security === "tls",
    requireTLS: config.security === "starttls",
    ignoreTLS: config.security === "none",
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: guard.ca === undefined ? {} : { ca: guard.ca },
    getSocket: (_options, callback) => {
      connect().then((connection) => callback(null, { connection }), callback);
    },
    ...(config.username === undefined ? {} : { auth: { user: config.username, pass: config.password ?? "" } }),
  });
  try {
    await transport.sendMail({
      ...emailMessage(notice, config),
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: giveUp,
    });
    return SENT;
  } catch (error) {
    return failureOf(error);
  } finally {
    transport.close();
  }
}

async function openSocket(
  connector: ReturnType<typeof guardedConnector>,
  hostname: string,
  port: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connector({ hostname, protocol: "http:", port: String(port) }, (error, socket) => {
      if (socket) resolve(socket);
      else reject(error);
    });
  });
}

/** Replies from 400 to 499 are for now, from 500 on for good (RFC 5321, 4.2.1). */
function failureOf(error: unknown): Outcome {
  if (error instanceof RefusedTarget) return failed("bad_target", `Nothing was sent. ${explainRefusal(error.reason)}`);
  if (error instanceof UnresolvedTarget) return failed("bad_target", "The host's name leads nowhere");
  // nodemailer puts a code of its own over Node's, and keeps that beside it.
  const { code, originalCode, responseCode } = error as Record<string, unknown>;
  if (typeof responseCode === "number" && responseCode >= 400) {
    const refused = code === "ETLS" ? "refused TLS with" : "answered";
    return failed(responseCode < 500 ? "unavailable" : "rejected", `The mail server ${refused} ${responseCode}`);
  }
  if (code === "EABORT" || code === "ETIMEDOUT") return failed("unreachable", "The mail server was too slow");
  return failed("unreachable", `The connection failed: ${codeOf({ code: originalCode ?? code })}`);
}
