import { PRODUCTS, STATUSES } from "@verdict/domain";
import { SettingsError } from "@verdict/runtime";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { type Api, askApi, findApi } from "../api/api.ts";
import { readPages } from "../api/read-pages.ts";
import { withManual } from "../manual.ts";
import { isUuid, pastTime, uuid, valueOrStdin, wholeNumber } from "../read-argument.ts";
import { printTimeline } from "../verifications/print-timeline.ts";
import { printVerification, printVerifications } from "../verifications/print-verifications.ts";
import { Entry, Verification } from "../verifications/verification.ts";

type Json = { json: boolean };
type Wanted = Json & {
  limit: number;
  all: boolean;
  status?: string;
  product?: string;
  route?: string;
  subCode?: string;
  passed?: string;
  scene?: string;
  transactionId?: string;
  merchantBizId?: string;
  merchantUserId?: string;
  from?: Date;
  to?: Date;
  discrepancy?: boolean;
};

const json = () => new Option("--json", "print it as JSON").default(false);
const reason = () => new Option("--reason <text>", "why; it is put on record").makeOptionMandatory();

export const verificationsCommand = () =>
  new Command("verifications")
    .description("look verifications up, ask the provider again, void them; works through the API")
    .addCommand(list())
    .addCommand(show())
    .addCommand(
      withManual(
        new Command("recheck")
          .description("have the provider asked again what the result of a verification is")
          .argument("<id>", "the verification", uuid)
          .addOption(reason())
          .addOption(json())
          .action((id: string, options: Changing) => change(id, "recheck", options)),
        {
          examples: [
            [`verifications recheck ${EXAMPLE_ID} --reason "ticket 4711"`, "ask now; show tells what came of it"],
          ],
        },
      ),
    )
    .addCommand(
      withManual(
        new Command("void")
          .description("end an open verification by hand; there is no way back")
          .argument("<id>", "the verification", uuid)
          .addOption(reason())
          .addOption(json())
          .action((id: string, options: Changing) => change(id, "void", options)),
        {
          examples: [[`verifications void ${EXAMPLE_ID} --reason "begun by mistake"`, "nobody waits for it any more"]],
        },
      ),
    );

const EXAMPLE_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

const list = () =>
  withManual(
    new Command("list")
      .description("search verifications, the newest first")
      .option("--status <names>", `one or several of ${STATUSES.join(", ")}, separated by commas`, readStatuses)
      .addOption(new Option("--product <name>", "only of this product").choices(PRODUCTS))
      .option("--route <slug>", "only of this route")
      .option("--sub-code <code>", "only with this sub-code")
      .addOption(new Option("--passed <answer>", "only with this result").choices(["true", "false"]))
      .option("--scene <code>", "only of this scene")
      .option("--transaction-id <id>", "the provider's id")
      .option("--merchant-biz-id <id>", "the id your system gave it")
      .option(
        "--merchant-user-id <id>",
        "only of this person; - reads it from stdin, which keeps it out of the history",
      )
      .option("--from <time>", "created then or later: ISO 8601, or how long ago like 30m, 24h or 7d", pastTime)
      .option("--to <time>", "created before", pastTime)
      .option("--discrepancy", "only where a discrepancy is open")
      .addOption(new Option("--limit <n>", "how many").argParser(wholeNumber(1, 100_000)).default(50))
      .option("--all", "as many as there are", false)
      .addOption(json())
      .action(listVerifications),
    {
      examples: [
        ["verifications list --status awaiting,claimed --from 24h", "what is still open of the last day"],
        ["verifications list --sub-code 205 --all --json", "every liveness attack on record"],
        ["verifications list --merchant-user-id - < user-id.txt", "everything about a person"],
      ],
    },
  );

const show = () =>
  withManual(
    new Command("show")
      .description("show a verification and everything that happened to it")
      .argument("<id>", "its id, the provider's transaction id or a merchantBizId")
      .addOption(json())
      .action(showVerification),
    {
      examples: [
        [`verifications show ${EXAMPLE_ID}`, "what is known, and the timeline"],
        ["verifications show hksb7ba1b28130d24e015d694361bee4 --json", "all the API knows, found by the provider's id"],
      ],
    },
  );

function readStatuses(text: string): string {
  const strange = text.split(",").find((name) => !(STATUSES as readonly string[]).includes(name));
  if (strange === undefined) return text;
  throw new InvalidArgumentError(`${JSON.stringify(strange)} is none of ${STATUSES.join(", ")}`);
}

async function listVerifications(wanted: Wanted): Promise<void> {
  const { merchantUserId: given, limit, all } = wanted;
  const merchantUserId = given === undefined ? undefined : await valueOrStdin(given, "--merchant-user-id");
  const { status, product, route, subCode, passed, scene, transactionId, merchantBizId, from, to, discrepancy } =
    wanted;
  const query = {
    ...{ status, product, route, subCode, passed, sceneCode: scene, transactionId, merchantBizId, merchantUserId },
    ...{ from: from?.toISOString(), to: to?.toISOString(), hasDiscrepancy: discrepancy ? "true" : undefined },
  };
  const api = await findApi(process.env);
  const { items, more } = await readPages(api, Verification, "/v1/verifications", query, all ? undefined : limit);
  console.log(wanted.json ? JSON.stringify(items, null, 2) : printVerifications(items).join("\n"));
  if (more) console.error(`there are more than these ${items.length}; --limit or --all shows them`);
}

async function showVerification(given: string, options: Json): Promise<void> {
  const api = await findApi(process.env);
  const id = isUuid(given) ? given.toLowerCase() : await findId(api, given);
  const [verification, { items: timeline }] = await Promise.all([
    askApi(api, Verification, `/v1/verifications/${id}`),
    askApi(api, z.object({ items: z.array(Entry) }), `/v1/verifications/${id}/timeline`),
  ]);
  if (options.json) return console.log(JSON.stringify({ ...verification, timeline }, null, 2));
  console.log([...printVerification(verification), "", "timeline (UTC)", ...printTimeline(timeline)].join("\n"));
}

/** Ours, from another system's id for it. Throws a SettingsError unless it names exactly one. */
async function findId(api: Api, id: string): Promise<string> {
  const found = await askApi(api, z.object({ items: z.array(Verification) }), "/v1/verifications/lookup", {
    ids: [id],
  });
  const [first, ...others] = found.items;
  if (!first) throw new SettingsError(`there is no verification ${id}`);
  if (others.length > 0) {
    const ids = found.items.map((item) => `${item.id} on route ${item.route}`);
    throw new SettingsError([`${id} names several verifications; show one of them by its id:`, ...ids]);
  }
  return first.id;
}

type Changing = Json & { reason: string };

/** What a recheck and a void answer with: the verification as it stands then. */
const Changed = z.looseObject({ id: z.string(), status: z.string(), explanation: z.string().optional() });

async function change(id: string, action: "recheck" | "void", { reason, json }: Changing): Promise<void> {
  const api = await findApi(process.env);
  const changed = await askApi(api, Changed, `/v1/verifications/${id}/${action}`, { reason });
  if (json) return console.log(JSON.stringify(changed, null, 2));
  const done = action === "void" ? "is ended by hand" : "is asked about again";
  console.log(`${changed.id} ${done}; status ${changed.status}`);
}
