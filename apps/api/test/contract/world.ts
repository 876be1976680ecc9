import { randomBytes } from "node:crypto";
import { openDatabase } from "@verdict/db";
import { createDatabase, dropDatabase, type TestDatabase, testPostgresUrl } from "@verdict/testkit";
import { browser, givenPerson } from "../access/callers.ts";
import { setup } from "../support.ts";

/** What answers come from: an API that is well, two whose database is not, and people who have signed in. */
export async function openWorld() {
  const [s, hollow, away] = [
    await setup(),
    await setup({ database: await emptyDatabase() }),
    await setup({ database: nowhere() }),
  ];
  const [admin, newcomer] = [browser(s.app), browser(s.app)];
  const person = await givenPerson(s, { role: "admin" });
  await admin.signIn(person.email);
  await newcomer.signIn((await givenPerson(s, { mustChangePassword: true })).email);
  return {
    ...s,
    s,
    /** Its database has no tables: what nobody expects. */
    hollow,
    /** Nobody listens where its database should be. */
    away,
    admin,
    adminId: person.id,
    newcomer,
    close: () => Promise.all([s, hollow, away].map(({ database }) => database.drop())),
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

async function emptyDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const url = await createDatabase(testPostgresUrl(), name);
  const db = openDatabase(url, { max: 2 });
  return { url, db, drop: () => db.close().then(() => void dropDatabase(testPostgresUrl(), name)) };
}

function nowhere(): TestDatabase {
  const url = "postgres://nobody@127.0.0.1:9/nothing";
  const db = openDatabase(url, { max: 2, reconnectPauseMax: 0.001 });
  return { url, db, drop: () => db.close() };
}
