import type { Db } from "./database.ts";

/** Where an encrypted secret that is no personal detail stands. */
export type SecretHolder = "channel" | "endpoint" | "endpoint_previous";

export type SealedSecret = { holder: SecretHolder; id: string; envelope: string };

/** The encrypted secrets of all channels and endpoints, the one before an endpoint's among them. There are few. */
export const listSealedSecrets = ({ sql }: Db): Promise<SealedSecret[]> =>
  sql<SealedSecret[]>`
    select 'channel' as holder, id, secrets as envelope from channels where secrets <> ''
    union all select 'endpoint', id, secret from endpoints
    union all select 'endpoint_previous', id, previous_secret from endpoints where previous_secret is not null
    order by holder, id`;

/** Exchanges the envelope of a secret. False: it has been changed meanwhile, or is gone. */
export async function replaceSealedSecret(
  { sql }: Db,
  { holder, id, envelope, to }: SealedSecret & { to: string },
): Promise<boolean> {
  const [table, column] = PLACES[holder];
  const done = await sql`
    update ${sql(table)} set ${sql(column)} = ${to} where id = ${id}::uuid and ${sql(column)} = ${envelope}`;
  return done.count === 1;
}

const PLACES: Readonly<Record<SecretHolder, readonly [table: string, column: string]>> = {
  channel: ["channels", "secrets"],
  endpoint: ["endpoints", "secret"],
  endpoint_previous: ["endpoints", "previous_secret"],
};
