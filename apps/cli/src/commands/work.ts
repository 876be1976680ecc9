import { Command, Option } from "commander";
import { z } from "zod";
import { askApi, findApi } from "../work/api.ts";
import { printWork, Work } from "../work/print-work.ts";

type Chosen = { kind?: string | undefined; route?: string | undefined; json: boolean };

const kind = () => new Option("--kind <kind>", "only work of this kind").choices(["receipt", "batch", "job"]);

export const workCommand = () =>
  new Command("work")
    .description("given-up work: what it is and why, and putting it back")
    .addCommand(
      new Command("list")
        .description("list what was given up and not put back yet, the last first")
        .addOption(kind())
        .option("--route <slug>", "only work of this route")
        .option("--json", "print it as JSON", false)
        .action(listWork),
    )
    .addCommand(
      new Command("redrive")
        .description("put given-up work back: by id, by kind and route; all of it, if none is named")
        .option("--id <id...>", "this work and no other")
        .addOption(kind().conflicts("id"))
        .addOption(new Option("--route <slug>", "only work of this route").conflicts("id"))
        .option("--dry-run", "only count", false)
        .requiredOption("--reason <text>", "why; it is put on record")
        .option("--json", "print it as JSON", false)
        .action(redriveWork),
    );

const Page = z.object({ items: z.array(Work), nextCursor: z.string().nullable() });

async function listWork({ kind, route, json }: Chosen): Promise<void> {
  const api = await findApi(process.env);
  const items: Work[] = [];
  let cursor: string | null = null;
  do {
    const page: z.output<typeof Page> = await askApi(api, Page, pathOf({ kind, route, cursor }));
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  console.log(json ? JSON.stringify(items, null, 2) : printWork(items).join("\n"));
}

function pathOf({ kind, route, cursor }: Pick<Chosen, "kind" | "route"> & { cursor: string | null }): string {
  const query = new URLSearchParams({ status: "open", limit: "200" });
  if (kind) query.set("kind", kind);
  if (route) query.set("route", route);
  if (cursor) query.set("cursor", cursor);
  return `/v1/work?${query}`;
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
