import { givenKey, givenPerson } from "../access/callers.ts";
import type { Scripts } from "./ask.ts";
import { fresh } from "./given.ts";
import type { World } from "./world.ts";

const key = { name: "shop", scopes: ["events.read"] };
const person = () => ({ name: "Pat", email: `${fresh()}@shop.example`, role: "viewer" });

const keyOf = async (world: World) => ({ id: (await givenKey(world, { scopes: ["events.read"] })).row.id });
const personOf = async (world: World) => ({ id: (await givenPerson(world)).id });
const revoked = async (world: World) => {
  const { id } = await keyOf(world);
  await world.app.request(`/v1/keys/${id}`, { method: "DELETE", headers: world.authorized() });
  return { id };
};

export const accessScripts: Scripts = {
  listKeys: {
    answers: {
      "200": async (world) => {
        await revoked(world);
        return { query: { limit: "2" } };
      },
    },
  },
  createKey: { sample: { body: key }, answers: { "201": () => ({}) } },
  rotateKey: { sample: { body: { overlapSeconds: 60 } }, answers: { "200": keyOf, already_revoked: revoked } },
  revokeKey: { answers: { "200": keyOf, already_revoked: revoked } },
  listPeople: { answers: { "200": () => ({ query: { limit: "2" } }) } },
  createPerson: {
    sample: { body: person() },
    answers: {
      "201": () => ({ body: person() }),
      email_taken: async (world) => {
        const { email } = await givenPerson(world);
        return { body: { ...person(), email } };
      },
    },
  },
  getPerson: { answers: { "200": personOf } },
  changePerson: {
    sample: { body: { name: "Kim" } },
    answers: {
      "200": personOf,
      last_admin: async (world) => {
        await world.db.sql`update people set disabled_at = now() where role = 'admin' and id <> ${world.adminId}`;
        return { id: world.adminId, body: { disabled: true } };
      },
    },
  },
  resetPassword: { sample: { body: {} }, answers: { "200": personOf } },
  getMe: { asksNoDatabase: true, answers: { "200": () => ({}) } },
};
