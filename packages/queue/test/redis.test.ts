import { describe } from "vitest";
import { ownRedis } from "./own-redis.ts";
import { queueContract } from "./queue-contract.ts";

const server = process.env.TEST_REDIS_URL;
const name = server
  ? "Redis driver"
  : "Redis driver (skipped: no redis-server on this machine; apt-get install redis-server)";

describe.skipIf(!server)(name, () => {
  queueContract({ url: () => server ?? "", breakable: ownRedis });
});
