import type { Db, Person } from "@verdict/db";
import { ROLES, type Role } from "@verdict/domain";
import { emailAddress } from "@verdict/runtime";
import type { PersonWithPassword } from "@verdict/services";
import { Command, InvalidArgumentError, Option } from "commander";
import { withManual } from "../manual.ts";
import { table } from "../print/table.ts";

/** Who is on record for it: whoever may run commands here may do everything anyway. */
const by = (reason?: string) => ({ by: "cli", at: new Date(), reason: reason ?? null });

const json = () => new Option("--json", "print it as JSON").default(false);
const reason = () => new Option("--reason <text>", "why; it is put on record");
const email = () => new Option("--email <address>", "whose").argParser(readEmail).makeOptionMandatory();

type Json = { json: boolean };
type Whose = Json & { email: string; reason?: string };

export const usersCommand = () =>
  new Command("users")
    .description("people who may sign in; works on the database, so it needs no key")
    .addCommand(
      withManual(
        new Command("list").description("list everybody, the newest first").addOption(json()).action(listUsers),
        { examples: [["users list", "who may do what"]] },
      ),
    )
    .addCommand(
      withManual(
        new Command("add")
          .description("let somebody sign in; prints a one-time password")
          .addOption(email())
          .addOption(new Option("--role <role>", "what he may do").choices(ROLES).makeOptionMandatory())
          .option("--name <name>", "what he is called; else his address")
          .option("--route <slug...>", "the routes he is bound to; else all")
          .addOption(reason())
          .addOption(json())
          .action(addUser),
        {
          examples: [
            ["users add --email ann@shop.example --role admin", "somebody who may do everything"],
            ["users add --email bob@shop.example --role analyst --route default", "somebody for one route"],
          ],
          failsWhen: "somebody has that address",
        },
      ),
    )
    .addCommand(
      withManual(
        new Command("disable")
          .description("shut somebody out; what he did stays on record")
          .addOption(email())
          .addOption(reason())
          .addOption(json())
          .action(disableUser),
        {
          examples: [['users disable --email bob@shop.example --reason "left"', "his sessions end at once"]],
          failsWhen: "there is nobody of that address, or nobody would be left who may let people in",
        },
      ),
    )
    .addCommand(
      withManual(
        new Command("reset")
          .description("give somebody a new one-time password")
          .addOption(email())
          .option("--second-factor", "take his second factor away, too", false)
          .addOption(reason())
          .addOption(json())
          .action(resetUser),
        {
          examples: [["users reset --email bob@shop.example --second-factor", "he has lost password and phone"]],
          failsWhen: "there is nobody of that address",
        },
      ),
    );

function readEmail(text: string): string {
  const read = emailAddress.safeParse(text);
  if (!read.success) throw new InvalidArgumentError("expected an e-mail address");
  return read.data;
}

const PAGE = 200;

async function listUsers({ json }: Json): Promise<void> {
  const people = await withPeople(async (db, { listPeople }) => {
    const all: Person[] = [];
    for (let page: Person[] | null = null; page === null || page.length === PAGE; ) {
      const last = all.at(-1);
      page = await listPeople(db, { limit: PAGE, after: last && { openedAt: last.createdAt, id: last.id } });
      all.push(...page);
    }
    return all;
  });
  const lines =
    people.length > 0
      ? table(["e-mail", "role", "notes"], people.map(cellsFor))
      : ["there is nobody; verdict users add lets somebody in"];
  console.log(json ? JSON.stringify(people.map(outline), null, 2) : lines.join("\n"));
}

async function addUser(options: Whose & { role: Role; name?: string; route?: string[] }): Promise<void> {
  const { email, role, name = email, route: routes = null, reason } = options;
  const { addPerson } = await import("@verdict/services");
  const made = await withPeople((db) => addPerson(db, { name, email, role, routes }, by(reason)));
  if (!made) return fail(`somebody has the address ${email}; verdict users reset gives him a new password`);
  tellPassword(made, options);
}

async function disableUser({ email, reason, json }: Whose): Promise<void> {
  const changed = await withPeople(async (db, { findPersonByEmail, changePerson }) => {
    const person = await findPersonByEmail(db, email);
    return person && changePerson(db, person.id, { disabled: true }, by(reason));
  });
  if (!changed) return fail(`there is nobody with the address ${email}`);
  if (changed === "last_admin") return fail("somebody has to stay who may let people in");
  console.log(json ? JSON.stringify(outline(changed)) : `${email} is shut out`);
}

async function resetUser(options: Whose & { secondFactor: boolean }): Promise<void> {
  const { email, reason, secondFactor: dropSecondFactor } = options;
  const { resetPersonPassword } = await import("@verdict/services");
  const reset = await withPeople(async (db, { findPersonByEmail }) => {
    const person = await findPersonByEmail(db, email);
    return person && resetPersonPassword(db, person.id, { dropSecondFactor }, by(reason));
  });
  if (!reset) return fail(`there is nobody with the address ${email}`);
  tellPassword(reset, options);
}

/** Drivers take half a second to load, which `--help` need not wait for. */
async function withPeople<T>(work: (db: Db, queries: typeof import("@verdict/db")) => Promise<T>): Promise<T> {
  const [queries, { withDatabase }] = await Promise.all([import("@verdict/db"), import("../stack/find-database.ts")]);
  return withDatabase(process.env, (db) => work(db, queries));
}

function tellPassword({ person, password }: PersonWithPassword, { json }: Json): void {
  const told = `${person.email} signs in with ${password}\nIt is shown this once, and asks for one of his own.`;
  console.log(json ? JSON.stringify({ ...outline(person), password }) : told);
}

const outline = ({ id, name, email, role, routes, disabledAt, twoFactorEnabled, mustChangePassword }: Person) => ({
  ...{ id, name, email, role, routes, disabled: disabledAt !== null },
  ...{ secondFactor: twoFactorEnabled ?? false, mustChangePassword },
});

function cellsFor(person: Person): string[] {
  const { email, role, routes, disabled, secondFactor } = outline(person);
  const notes = [disabled && "shut out", secondFactor && "second factor", routes && `only ${routes.join(", ")}`];
  return [email, role, notes.filter(Boolean).join("; ")];
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
