// For the health checks of containers: does the program on this port answer?
const port = process.argv[2];
const answer = await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
process.exit(answer?.status === 200 ? 0 : 1);
