import { openDatabase } from "@verdict/db";

/** A verification with personal details from before `until`; null: there is none. */
export async function findWithDetails(databaseUrl: string, until: Date): Promise<string | null> {
  const db = openDatabase(databaseUrl, { max: 1 });
  try {
    const [row] = await db.sql<{ verification_id: string }[]>`
      select verification_id from personal_details where stored_at < ${until.toISOString()}::timestamptz
      order by verification_id limit 1`;
    return row?.verification_id ?? null;
  } finally {
    await db.close();
  }
}

/** A verification's personal details in the clear, as text to be compared and never shown. */
export async function reveal(apiUrl: string, apiKey: string, verificationId: string): Promise<string> {
  const answer = await fetch(`${apiUrl}/v1/verifications/${verificationId}/details/reveal`, {
    method: "POST",
    headers: { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json" },
    body: JSON.stringify({ reason: "backup drill" }),
  });
  if (answer.status !== 200) throw new Error(`revealing was answered ${answer.status}`);
  return answer.text();
}
