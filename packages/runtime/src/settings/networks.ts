import { z } from "zod";
import { type Networks, parseNetworks } from "../networks.ts";
import { field, Wrong } from "./field.ts";

const expected = "addresses or CIDRs like 203.0.113.0/24";

function read(entries: readonly string[]): Networks | Wrong {
  if (entries.length === 0) return new Wrong("there is none");
  const networks = parseNetworks(entries);
  return "wrong" in networks ? new Wrong(`${JSON.stringify(networks.wrong)} is neither`) : networks;
}

/** `203.0.113.0/24,2001:db8::/32,127.0.0.1`. */
export const networks = field({
  expected: `${expected}, separated by commas`,
  parse: (text) => read(text.split(",").map((entry) => entry.trim())),
});

/** The same as an array in a JSON file. */
export const networkList = z.array(z.string()).transform((entries, context): Networks => {
  const parsed = read(entries);
  if (!(parsed instanceof Wrong)) return parsed;
  context.addIssue({ code: "custom", message: `expected ${expected}, but ${parsed.why}` });
  return z.NEVER;
});
