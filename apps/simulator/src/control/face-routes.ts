import { sha256Hex } from "@verdict/provider";
import { Hono } from "hono";
import type { RegisteredFace } from "../faces/face-groups.ts";
import { FaceRules } from "../faces/face-rules.ts";
import type { World } from "../world.ts";
import { FaceEntry, readBody } from "./bodies.ts";
import { mistake } from "./mistake.ts";

/** Who is in which picture, and which faces the groups hold. */
export const faceRoutes = ({ world }: { world: () => World }) =>
  new Hono()
    .get("/faces", (c) => c.json(rulesOf(world())))
    .put("/faces", async (c) => {
      const read = readBody(FaceRules, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      world().faceRules = new Map(read.body.faces.map(({ picture, ...rule }) => [picture, rule]));
      return c.json(rulesOf(world()));
    })
    .get("/groups", (c) => {
      const groups = world().groups.list();
      return c.json(groups.map(({ faceGroupCode, faces }) => ({ faceGroupCode, faces: faces.map(toFaceRow) })));
    })
    .post("/groups/:code/faces", async (c) => {
      const read = readBody(FaceEntry, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const { clock, groups } = world();
      const face = groups.register({
        faceGroupCode: c.req.param("code"),
        merchantUserId: read.body.merchantUserId,
        person: sha256Hex(`person ${read.body.person}`),
        registeredAt: clock.now(),
      });
      return face ? c.json(toFaceRow(face), 201) : mistake(c, 409, "full", "there is no room for another face");
    })
    .delete("/groups", (c) => c.json({ forgotten: world().groups.forget() }))
    .delete("/groups/:code", (c) => c.json({ forgotten: world().groups.forget(c.req.param("code")) }));

const rulesOf = ({ faceRules }: World) => ({ faces: [...faceRules].map(([picture, rule]) => ({ picture, ...rule })) });

const toFaceRow = ({ faceId, merchantUserId, registeredAt }: RegisteredFace) => ({
  faceId,
  merchantUserId,
  registeredAt: new Date(registeredAt).toISOString(),
});
