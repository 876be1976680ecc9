import { fanOutEvents } from "@verdict/db";
import { until } from "@verdict/testkit";
import type { Scripts } from "./ask.ts";
import { fresh, givenAlert, made } from "./given.ts";
import type { World } from "./world.ts";

// This machine may be sent to, and nobody listens.
const endpoint = (changes: object = {}) => ({ name: fresh(), url: "http://127.0.0.1:9/events", ...changes });
const givenEndpoint = async (world: World, changes: object = {}) => ({
  id: await made(world, "/v1/endpoints", endpoint(changes)),
});

/** An endpoint with a delivery on its way. */
async function withDelivery(world: World): Promise<{ id: string; deliveryId: string }> {
  const { id } = await givenEndpoint(world, { types: ["alert.opened"] });
  await givenAlert(world);
  return until(async () => {
    await fanOutEvents(world.db, { now: new Date(), limit: 1_000 });
    const response = await world.s.get(`/v1/endpoints/${id}/deliveries`);
    const { items } = (await response.json()) as { items: { id: string }[] };
    return items[0] && { id, deliveryId: items[0].id };
  });
}

export const endpointScripts: Scripts = {
  listEndpoints: {
    answers: {
      "200": async (world) => {
        await givenEndpoint(world);
        return {};
      },
    },
  },
  createEndpoint: {
    sample: { body: endpoint() },
    answers: {
      "201": () => ({ body: endpoint() }),
      name_taken: async (world) => {
        const name = fresh();
        await givenEndpoint(world, { name });
        return { body: endpoint({ name }) };
      },
    },
  },
  getEndpoint: { answers: { "200": (world) => givenEndpoint(world) } },
  changeEndpoint: {
    sample: { body: { types: null } },
    answers: {
      "200": (world) => givenEndpoint(world),
      name_taken: async (world) => {
        const name = fresh();
        await givenEndpoint(world, { name });
        return { ...(await givenEndpoint(world)), body: { name } };
      },
    },
  },
  deleteEndpoint: { answers: { "204": (world) => givenEndpoint(world) } },
  rotateEndpointSecret: { sample: { body: {} }, answers: { "200": (world) => givenEndpoint(world) } },
  testEndpoint: { answers: { "200": (world) => givenEndpoint(world) } },
  listDeliveries: { answers: { "200": withDelivery } },
  getDelivery: { answers: { "200": async (world) => ({ id: (await withDelivery(world)).deliveryId }) } },
  replayDeliveries: {
    sample: { body: { failures: true, dryRun: true } },
    answers: {
      "200": async (world) => {
        const { id, deliveryId } = await withDelivery(world);
        return { id, body: { deliveryId } };
      },
      endpoint_disabled: async (world) => {
        const { id } = await givenEndpoint(world);
        await world.app.request(`/v1/endpoints/${id}`, {
          method: "PATCH",
          headers: world.authorized({ "Content-Type": "application/json" }),
          body: JSON.stringify({ state: "disabled" }),
        });
        return { id };
      },
    },
  },
};
