import { createServer } from "node:net";
import { portTaken, SettingsError } from "@verdict/runtime";

/** Throws a SettingsError with a line for every port that is taken. Port 0 becomes a free one; returns the real ports. */
export async function checkPorts<Name extends string>(
  wanted: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const lines: string[] = [];
  const real: Record<string, number> = {};
  for (const [name, port] of Object.entries<number>(wanted)) {
    try {
      // On some systems a port is free on every address together, and yet taken on loopback alone.
      real[name] = await listenBriefly(await listenBriefly(port), "127.0.0.1");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") lines.push(...portTaken(port, name).lines);
      else lines.push(`${name}: cannot listen on port ${port} (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  if (lines.length > 0) throw new SettingsError(lines);
  return real as Record<Name, number>;
}

function listenBriefly(port: number, host?: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().once("error", reject);
  server.listen({ port, host }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address ? address.port : port));
  });
  return promise;
}
