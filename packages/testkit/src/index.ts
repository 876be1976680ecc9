export { createDatabase, dropDatabase } from "./create-database.ts";
export { type Gate, standGate } from "./gate.ts";
export { callbackUrl, givenVerification, TEST_KEY } from "./given.ts";
export { givenEvidence } from "./given-evidence.ts";
export type { TestRedis } from "./redis-server.ts";
export { freePort, startRedis } from "./redis-server.ts";
export type { TestDatabase } from "./test-database.ts";
export { createTestDatabase, testPostgresUrl } from "./test-database.ts";
export { until } from "./until.ts";
