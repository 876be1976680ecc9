import type { Scripts } from "./ask.ts";
import { givenAlert } from "./given.ts";

/** A place in the feed that its end has not reached: a cursor of another life of the database. */
const AHEAD = Buffer.from('["999999999999999999","00000000-0000-0000-0000-000000000000"]').toString("base64url");

export const eventScripts: Scripts = {
  listEvents: {
    answers: {
      "200 application/json": async (world) => {
        await givenAlert(world);
        return { query: { wait: "20", type: "alert.opened" } };
      },
      "200 text/event-stream": () => ({ headers: { Accept: "text/event-stream" } }),
      cursor_gone: () => ({ query: { cursor: AHEAD } }),
    },
  },
};
