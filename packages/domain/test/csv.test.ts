import { expect, test } from "vitest";
import { csvLine } from "../src/csv.ts";

test.each<[Parameters<typeof csvLine>[0], string]>([
  [["a", 1, true, null, ""], "a,1,true,,\r\n"],
  [["one, two"], '"one, two"\r\n'],
  [['say "yes"'], '"say ""yes"""\r\n'],
  [["two\r\nlines"], '"two\r\nlines"\r\n'],
  [[" kept "], '" kept "\r\n'],
  [["=1+1"], "'=1+1\r\n"],
  [['=HYPERLINK("http://x","y")'], '"\'=HYPERLINK(""http://x"",""y"")"\r\n'],
  [["+1"], "'+1\r\n"],
  [["-1"], "'-1\r\n"],
  [["@cmd"], "'@cmd\r\n"],
  [["\t=1"], "'\t=1\r\n"],
  [[-1], "-1\r\n"],
  [["a=1"], "a=1\r\n"],
])("%j is one line", (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
