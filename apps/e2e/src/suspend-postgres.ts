import { type Db, pingDatabase } from "@verdict/db";

/**
 * Makes a Postgres hang: connections stand and new ones are taken, but nobody answers, not even on `db`. Returns
 * what lets it go on; without that it never ends.
 */
export async function suspendPostgres(db: Db, serverPid: number): Promise<() => void> {
  // Opens the connection that is asked below.
  await pingDatabase(db);
  // First the one that starts all others, so that no session begins behind our back.
  process.kill(serverPid, "SIGSTOP");
  const stopped = [serverPid];
  const resume = () => {
    for (const pid of stopped.splice(0)) process.kill(pid, "SIGCONT");
  };
  try {
    const sessions = await db.sql<{ pid: number }[]>`
      select pid from pg_stat_activity where backend_type = 'client backend'`;
    for (const { pid } of sessions) {
      process.kill(pid, "SIGSTOP");
      stopped.push(pid);
    }
  } catch (error) {
    resume();
    throw error;
  }
  return resume;
}
