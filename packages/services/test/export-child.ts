import { openDatabase } from "@verdict/db";
import { type ExportFormat, exportVerifications } from "../src/export-verifications.ts";

/** Exports everything in a process of its own, as whoever reads it takes it, and prints how much that was. */
const [url = "", format = "csv"] = process.argv.slice(2);
const db = openDatabase(url, { max: 1 });
let [lines, characters] = [0, 0];
for await (const piece of exportVerifications(db, { to: new Date() }, format as ExportFormat)) {
  characters += piece.length;
  lines += piece.split("\n").length - 1;
}
await db.close();
process.stdout.write(JSON.stringify({ lines, characters }));
