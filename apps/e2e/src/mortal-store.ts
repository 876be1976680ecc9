/** A server as those who start one hand it out. */
type Started = { url: string; pid: number; stop(): Promise<void> };

/** A store that can be killed, and started again on the same port and data. */
export type MortalStore = {
  url: string;
  pid(): number;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it takes connections again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** `start` is called without a port at first, then with the one it had found. It has to use the same data each time. */
export async function mortal(start: (port?: number) => Promise<Started>): Promise<MortalStore> {
  let current = await start();
  const { url } = current;
  const port = Number(new URL(url).port);
  return {
    url,
    pid: () => current.pid,
    async kill() {
      process.kill(current.pid, "SIGKILL");
      await current.stop();
    },
    async restart() {
      current = await start(port);
    },
    stop: () => current.stop(),
  };
}
