import { ALERT_SEVERITIES, type Channel } from "@verdict/db";
import { CHANNEL_KINDS, channelConfig, joinSecrets, maskSecrets } from "@verdict/delivery";
import { plainText } from "@verdict/provider";
import { type DetailCipher, openChannelSecrets } from "@verdict/services";
import { z } from "zod";

const instant = z.iso.datetime();

export const ChannelSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.string(),
  config: z
    .record(z.string(), z.unknown())
    .describe("Secrets are masked; null: they cannot be read any more")
    .nullable(),
  severities: z.array(z.enum(ALERT_SEVERITIES)),
  routes: z.array(z.string()).nullable(),
  step: z.number(),
  enabled: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});

const fields = {
  name: plainText(80).min(1),
  severities: z.array(z.enum(ALERT_SEVERITIES)).min(1).max(2),
  routes: z.array(plainText(32)).min(1).max(200).nullable().describe("Null: all"),
  step: z.int().min(0).max(9).describe("0: told at once; above: when the step below fails, or nobody acknowledges"),
  enabled: z.boolean(),
};

/** The configuration is one of several objects, told apart by `kind`; the document would repeat all of them. */
const config = z.record(z.string(), z.unknown()).describe(`By kind, which is one of ${CHANNEL_KINDS.join(", ")}`);

export const NewChannel = z.strictObject({
  name: fields.name,
  config,
  severities: fields.severities.default([...ALERT_SEVERITIES]),
  routes: fields.routes.default(null),
  step: fields.step.default(0),
  enabled: fields.enabled.default(true),
});

export const ChannelChange = z.strictObject({ ...fields, config }).partial();

/** A configuration as it was given; the error names the fields at fault under `config`, and none of their values. */
export const readConfig = (given: unknown) => z.object({ config: channelConfig }).safeParse({ config: given });

export function describeChannel(row: Channel, cipher: DetailCipher): z.output<typeof ChannelSchema> {
  return {
    ...{ id: row.id, name: row.name, kind: row.kind, severities: row.severities, routes: row.routes },
    ...{ step: row.step, enabled: row.enabled, config: masked(row, cipher) },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export const configOf = (row: Channel, cipher: DetailCipher) =>
  joinSecrets({ ...row.config, kind: row.kind }, openChannelSecrets(cipher, row.id, row.secrets));

function masked(row: Channel, cipher: DetailCipher): Record<string, unknown> | null {
  try {
    return maskSecrets(configOf(row, cipher));
  } catch {
    return null;
  }
}
