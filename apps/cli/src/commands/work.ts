import { Command, Option } from "commander";
import { z } from "zod";
import { askApi, findApi } from "../api/api.ts";
import { readPages } from "../api/read-pages.ts";
import { withManual } from "../manual.ts";
import { printWork, Work } from "../work/print-work.ts";

type Chosen = { kind?: string | undefined; route?: string | undefined; json: boolean };

const kind = () => new Option("--kind <kind>", "only work of this kind").choices(["receipt", "batch", "job"]);

export const workCommand = () =>
  new Command("work")
    .description("given-up work: what it is and why, and putting it back")
    .addCommand(
      withManual(
        new Command("list")
          .description("list what was given up and not put back yet, the last first")
          .addOption(kind())
          .option("--route <slug>", "only work of this route")
          .option("--json", "print it as JSON", false)
          .action(listWork),
        { examples: [["work list --kind receipt", "callbacks that no decision could be made on, and why"]] },
      ),
    )
    .addCommand(
      withManual(
        new Command("redrive")
          .description("put given-up work back: by id, by kind and route; all of it, if none is named")
          .option("--id <id...>", "this work and no other")
          .addOption(kind().conflicts("id"))
          .addOption(new Option("--route <slug>", "only work of this route").conflicts("id"))
          .option("--dry-run", "only count", false)
          .requiredOption("--reason <text>", "why; it is put on record")
          .option("--json", "print it as JSON", false)
          .action(redriveWork),
        {
          examples: [
            ['work redrive --dry-run --reason "mended"', "how much would be put back"],
            ['work redrive --kind job --reason "mended"', "put back all given-up jobs"],
          ],
        },
      ),
    );

async function listWork({ kind, route, json }: Chosen): Promise<void> {
  const api = await findApi(process.env);
  const { items } = await readPages(api, Work, "/v1/work", { status: "open", kind, route });
  console.log(json ? JSON.stringify(items, null, 2) : printWork(items).join("\n"));
}

const Redriven = z.object({ matched: z.number(), redriven: z.number(), dryRun: z.boolean() });

async function redriveWork(chosen: Chosen & { id?: string[]; dryRun: boolean; reason: string }) {
  const { id: ids, kind, route, dryRun, reason, json } = chosen;
  const api = await findApi(process.env);
  const body = { ...(ids ? { ids } : { filter: { kind, route } }), dryRun, reason };
  const done = await askApi(api, Redriven, "/v1/work/redrive", body);
  if (json) console.log(JSON.stringify(done));
  else console.log(dryRun ? `${done.matched} would be put back` : `${done.redriven} of ${done.matched} put back`);
}
