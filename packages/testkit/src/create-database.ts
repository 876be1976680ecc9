import { type Db, openDatabase } from "@verdict/db";

/** Makes a database on the server behind `serverUrl`, as a clone of `template` if one is given. Returns its URL. */
export async function createDatabase(serverUrl: string, name: string, template = "template1"): Promise<string> {
  await asAdmin(serverUrl, ({ sql }) => sql`create database ${sql(name)} template ${sql(template)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export const dropDatabase = (serverUrl: string, name: string): Promise<unknown> =>
  asAdmin(serverUrl, ({ sql }) => sql`drop database if exists ${sql(name)} with (force)`);

async function asAdmin(serverUrl: string, work: (db: Db) => Promise<unknown>): Promise<unknown> {
  const db = openDatabase(serverUrl, { max: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
