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

/** Every word of the console in English. The other languages have exactly the same keys. */
export const en = {
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

/** The words of a language. */
export type Text = typeof en;
