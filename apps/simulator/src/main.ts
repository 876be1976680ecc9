import { createLogger, runApp, serve } from "@verdict/runtime";
import { readSettings } from "./settings.ts";
import { createSimulator } from "./simulator.ts";

/** MetaInfo travels in the query: 16,384 characters, each up to nine bytes once percent-encoded. */
const HEADER_BYTES_MAX = 262_144;

await runApp("simulator", async ({ listening, stopping }) => {
  const settings = readSettings(process.env);
  const log = createLogger({ name: "simulator", level: settings.logLevel });
  const { app, close } = createSimulator({
    settings,
    stopping,
    onError: (error) => log.error({ err: error }, "unexpected error"),
  });

  const { port, close: stopServing } = await serve({
    app,
    port: settings.port,
    variable: "SIMULATOR_PORT",
    hostname: settings.host,
    serverOptions: { maxHeaderSize: HEADER_BYTES_MAX },
  });
  listening(port);
  log.info({ host: settings.host, port }, "listening");
  return [stopServing, close];
});
