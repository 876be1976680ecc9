import { isIP, type LookupFunction } from "node:net";
import { buildConnector, errors } from "undici";
import type { AllowList, Target } from "./allow-list.ts";
import type { AddressRefusal } from "./judge-address.ts";
import { type Resolve, resolveTarget } from "./resolve-target.ts";

export type GuardOptions = {
  allowed: AllowList;
  resolve: Resolve;
  /** Longest wait for the name's addresses, and again for a connection, TLS included; in milliseconds. */
  connectTimeoutMs: number;
  /** Certificates to believe instead of the machine's own, as PEM. For tests; installations set NODE_EXTRA_CA_CERTS. */
  ca?: string;
};

/** No connection was tried, since the target must not be connected to. */
export class RefusedTarget extends Error {
  readonly reason: AddressRefusal;

  constructor(reason: AddressRefusal) {
    super(`The target must not be connected to: ${reason}`);
    this.reason = reason;
  }
}

/** No connection was tried, since the host's name leads nowhere. */
export class UnresolvedTarget extends Error {}

/**
 * Connects only to what was judged: it resolves the name once, refuses if one of the addresses is not allowed, and hands
 * the very same addresses to the socket, which tries them in turn. So a name server that changes its mind changes nothing.
 * Over TLS the certificate must be for the host's name.
 */
export function guardedConnector(options: GuardOptions): buildConnector.connector {
  const connectTo = (addresses: readonly string[]) =>
    buildConnector({
      timeout: options.connectTimeoutMs,
      allowH2: false,
      // A resumed session skips the certificate, which was checked for another connection.
      maxCachedSessions: 0,
      lookup: answerWith(addresses),
      autoSelectFamily: true,
      // The default of a quarter second is shorter than some ways to the other side of the world.
      autoSelectFamilyAttemptTimeout: 1_000,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });

  return (request, callback) => {
    const target = targetOf(request.protocol, request.hostname, request.port);
    const connect = async () => {
      const resolution = await within(
        options.connectTimeoutMs,
        resolveTarget(target, options.allowed, options.resolve),
      );
      switch (resolution.kind) {
        case "refused":
          return callback(new RefusedTarget(resolution.reason), null);
        case "unresolved":
          return callback(new UnresolvedTarget("The host's name leads nowhere"), null);
        case "resolved":
          return connectTo(resolution.addresses)({ ...request, hostname: target.host }, callback);
      }
    };
    connect().catch((error: Error) => callback(error, null));
  };
}

function targetOf(protocol: string, hostname: string, port: string): Target {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

/** A name server that never answers would leave everything behind it waiting. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new errors.ConnectTimeoutError("No name server answered in time")), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Stands in for the name lookup of a socket. */
const answerWith =
  (addresses: readonly string[]): LookupFunction =>
  (_hostname, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (all) callback(null, found);
    else callback(null, first?.address ?? "", first?.family ?? 4);
  };
