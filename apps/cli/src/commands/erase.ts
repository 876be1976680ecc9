import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { z } from "zod";
import { type Api, askApi, findApi } from "../api/api.ts";
import { withManual } from "../manual.ts";
import { showProgress } from "../print/show-progress.ts";
import { aligned } from "../print/table.ts";
import { valueOrStdin } from "../read-argument.ts";

type Options = { merchantUserId: string; reason: string; wait: boolean; json: boolean };

const Receipt = z.looseObject({
  id: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
  items: z.array(
    z.looseObject({
      verificationId: z.string(),
      route: z.string(),
      state: z.string(),
      providerCode: z.string().nullable(),
      finishedAt: z.string().nullable(),
    }),
  ),
});
type Receipt = z.output<typeof Receipt>;

const LOOK_AGAIN_MS = 1_000;

export const eraseCommand = () =>
  withManual(
    new Command("erase")
      .description("erase a person, here and at the provider, and print the receipt")
      .requiredOption(
        "--merchant-user-id <id>",
        "as it was given when verifications were started; - reads it from stdin",
      )
      .requiredOption("--reason <text>", "why; it is put on record")
      .option("--wait", "until the last verification is through; one that is still open may take half an hour", false)
      .option("--json", "print the receipt as JSON", false)
      .action(erase),
    {
      notes: [
        "What is written on a command line stays in the shell's history, and others on the machine can see it. With\n" +
          "--merchant-user-id - the id comes from stdin, and the person is not kept where it was to be forgotten.",
      ],
      examples: [
        ['erase --merchant-user-id - --reason "asked to" --wait < user-id.txt', "the way that leaves no trace here"],
        ['erase --merchant-user-id alice --reason "asked to" --json', "the receipt, for the file"],
      ],
    },
  );

async function erase({ merchantUserId: given, reason, wait, json }: Options): Promise<void> {
  const merchantUserId = await valueOrStdin(given, "--merchant-user-id");
  const api = await findApi(process.env);
  const begun = await askApi(api, Receipt, "/v1/erasures", { merchantUserId, reason });
  const receipt = wait ? await finished(api, begun) : begun;
  console.log(json ? JSON.stringify(receipt, null, 2) : printReceipt(receipt).join("\n"));
}

async function finished(api: Api, begun: Receipt): Promise<Receipt> {
  let receipt = begun;
  const progress = showProgress("{bar} {value}/{total} verifications, {duration_formatted}");
  try {
    while (receipt.finishedAt === null) {
      progress.tell(receipt.items.filter(({ finishedAt }) => finishedAt !== null).length, receipt.items.length);
      await sleep(LOOK_AGAIN_MS);
      receipt = await askApi(api, Receipt, `/v1/erasures/${begun.id}`);
    }
  } finally {
    progress.stop();
  }
  return receipt;
}

const printReceipt = ({ id, requestedAt, finishedAt, items }: Receipt): string[] => [
  `erasure ${id} of ${requestedAt}: ${finishedAt ? `finished ${finishedAt}` : "under way"}`,
  ...aligned(
    items.map(({ verificationId, route, state, providerCode, finishedAt }) => [
      ...["", verificationId, route, state, providerCode ?? "-", finishedAt ?? "-"],
    ]),
  ),
  ...(items.length === 0 ? ["  nobody of that id is on record"] : []),
];
