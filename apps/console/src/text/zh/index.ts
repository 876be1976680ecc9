import type { Text } from "../en/index.ts";
import { cases } from "./cases.ts";
import { deeds } from "./deeds.ts";
import { endpoints } from "./endpoints.ts";
import { evidence } from "./evidence.ts";
import { explain } from "./explain.ts";
import { insight } from "./insight.ts";
import { running } from "./running.ts";
import { shell } from "./shell.ts";
import { signIn } from "./sign-in.ts";
import { today } from "./today.ts";
import { verification } from "./verification.ts";
import { verifications } from "./verifications.ts";
import { words } from "./words.ts";
import { work } from "./work.ts";

/** 控制台的全部中文文字。 */
export const zh: Text = {
  ...shell,
  ...words,
  ...today,
  ...signIn,
  ...verifications,
  ...verification,
  ...evidence,
  ...work,
  ...insight,
  ...explain,
  ...cases,
  ...endpoints,
  ...running,
  ...deeds,
};
