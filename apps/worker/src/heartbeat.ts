import type { DeliveryClient } from "@verdict/delivery";
import type { Logger } from "@verdict/runtime";
import { beatHeart, type HeartDeps } from "@verdict/services";

type HeartbeatOptions = Omit<HeartDeps, "beat"> & {
  url: string;
  client: DeliveryClient;
  log: Pick<Logger, "error" | "info">;
};

/** Beats when it is time, and logs when it stops beating and begins again. The URL may be a secret: it is never logged. */
export function heartbeat({ url, client, log, ...deps }: HeartbeatOptions) {
  let withheld = false;
  const beat = async () => {
    const posted = await client.post({
      url,
      headers: { "user-agent": "Verdict", "content-type": "text/plain" },
      body: "ok",
    });
    const arrived = posted.kind === "answered" && posted.status >= 200 && posted.status < 300;
    if (!arrived)
      throw new Error(`The heartbeat was not taken: ${posted.kind === "answered" ? posted.status : posted.kind}`);
  };
  return async (): Promise<void> => {
    const heart = await beatHeart({ ...deps, beat });
    if (heart.kind === "withheld" && !withheld)
      log.error({ why: heart.why }, "the heartbeat is withheld: alerts are not told");
    if (heart.kind === "beaten" && withheld) log.info("the heartbeat is back");
    if (heart.kind !== "not_now") withheld = heart.kind === "withheld";
  };
}
