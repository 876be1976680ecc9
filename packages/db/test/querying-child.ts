import { openDatabase } from "@verdict/db";

/** Asks one question after the other, a few at a time. */
const [url = ""] = process.argv.slice(2);
const QUERIES = 80_000;
const AT_A_TIME = 4;

const db = openDatabase(url, { max: 2 });
const text = "x".repeat(200);
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    for (let asked = 0; asked < QUERIES / AT_A_TIME; asked++)
      await db.sql`select ${text} as text, ${asked}::int as asked`;
  }),
);
await db.close();
