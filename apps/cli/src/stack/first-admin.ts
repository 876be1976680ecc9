import { openDatabase } from "@verdict/db";
import { addFirstAdmin } from "@verdict/services";

/** What the first person signs in with. Told once; nobody keeps the password. */
export type FirstAdmin = { email: string; password: string };

/** Makes the first person of a database, an admin. Null: there is somebody. */
export async function makeFirstAdmin(databaseUrl: string, email: string): Promise<FirstAdmin | null> {
  const db = openDatabase(databaseUrl, { max: 1 });
  try {
    const made = await addFirstAdmin(db, email, { by: "cli", at: new Date() });
    return made && { email, password: made.password };
  } finally {
    await db.close();
  }
}
