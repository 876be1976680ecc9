import { crc32, deflateSync } from "node:zlib";

/** Texts that stand for what must not leak, each unmistakable, so that one that is found somewhere has leaked there. */
export const canary = (what: string): string => `CANARY-${what}-${crc32(what).toString(16).padStart(8, "0")}`;

/** A text as it would look to somebody who finds it: in the clear, in an address, in hex, or as Base64 wherever it begins. */
export function spellings(text: string): string[] {
  const shifted = [0, 1, 2].map((shift) => {
    const base64 = Buffer.from("\0".repeat(shift) + text).toString("base64url");
    // The first and last letters also hold bits of what stands around it.
    return base64.slice(shift === 0 ? 0 : 4, -4);
  });
  return [text, encodeURIComponent(text), Buffer.from(text).toString("hex"), ...shifted];
}

/** Which of these texts, in any spelling, a piece of output holds. */
export function foundIn(output: string, canaries: Readonly<Record<string, string>>): string[] {
  // Both alphabets of Base64 look the same then.
  const plain = output.replaceAll("+", "-").replaceAll("/", "_");
  return Object.entries(canaries).flatMap(([name, text]) =>
    spellings(text).some((spelling) => output.includes(spelling) || plain.includes(spelling)) ? [name] : [],
  );
}

/** A portrait of nobody that the provider takes, with a text inside. */
export function pictureWith(text: string): string {
  const [width, height] = [480, 640];
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.concat(
    Array.from({ length: height }, (_, y) =>
      Buffer.concat([Buffer.of(0), Buffer.alloc(width, (y >> 3) % 2 ? 40 : 210)]),
    ),
  );
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  const chunks = [
    ["IHDR", head],
    ["tEXt", Buffer.from(`Comment\0${text}`, "latin1")],
    ["IDAT", deflateSync(rows)],
    ["IEND", Buffer.alloc(0)],
  ] as const;
  return Buffer.concat([signature, ...chunks.map(([name, content]) => chunk(name, content))]).toString("base64");
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
