import { DISCREPANCIES } from "@verdict/domain";
import { Command, Option } from "commander";
import { askApi, findApi } from "../api/api.ts";
import { readPages } from "../api/read-pages.ts";
import { Discrepancy, printDiscrepancies } from "../discrepancies/print-discrepancies.ts";
import { withManual } from "../manual.ts";
import { uuid, wholeNumber } from "../read-argument.ts";

type Wanted = { status: string; type?: string; route?: string; limit: number; all: boolean; json: boolean };

const json = () => new Option("--json", "print it as JSON").default(false);

export const discrepanciesCommand = () =>
  new Command("discrepancies")
    .description("evidence that disagrees or matches nothing; works through the API")
    .addCommand(
      withManual(
        new Command("list")
          .description("list discrepancies, the newest first")
          .addOption(new Option("--status <status>", "which ones").choices(["open", "closed", "any"]).default("open"))
          .addOption(new Option("--type <type>", "only of this type").choices(DISCREPANCIES))
          .option("--route <slug>", "only of this route")
          .addOption(new Option("--limit <n>", "how many").argParser(wholeNumber(1, 100_000)).default(50))
          .option("--all", "as many as there are", false)
          .addOption(json())
          .action(listDiscrepancies),
        {
          examples: [
            ["discrepancies list", "what somebody has to look at"],
            ["discrepancies list --status any --type claim_contradicted --all --json", "every callback that lied"],
          ],
        },
      ),
    )
    .addCommand(
      withManual(
        new Command("resolve")
          .description("close a discrepancy; its alert is resolved with it")
          .argument("<id>", "the discrepancy", uuid)
          .addOption(new Option("--reason <text>", "why; it is put on record").makeOptionMandatory())
          .addOption(json())
          .action(resolveDiscrepancy),
        {
          examples: [
            ['discrepancies resolve 01890a5d-ac96-774b-bcce-b302099a8057 --reason "a test of ours"', "it is looked at"],
          ],
        },
      ),
    );

async function listDiscrepancies({ status, type, route, limit, all, json }: Wanted): Promise<void> {
  const api = await findApi(process.env);
  const query = { status: status === "any" ? undefined : status, type, route };
  const { items, more } = await readPages(api, Discrepancy, "/v1/discrepancies", query, all ? undefined : limit);
  console.log(json ? JSON.stringify(items, null, 2) : printDiscrepancies(items).join("\n"));
  if (more) console.error(`there are more than these ${items.length}; --limit or --all shows them`);
}

async function resolveDiscrepancy(id: string, { reason, json }: { reason: string; json: boolean }): Promise<void> {
  const api = await findApi(process.env);
  const closed = await askApi(api, Discrepancy, `/v1/discrepancies/${id}/resolve`, { reason });
  console.log(json ? JSON.stringify(closed, null, 2) : `${closed.id} (${closed.type}) is closed`);
}
