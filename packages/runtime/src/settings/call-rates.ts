import { PRODUCTS, type Product } from "@verdict/domain";
import { z } from "zod";
import { field, got } from "./field.ts";

/** Calls a second, by product and for each operation. One that is not named has no limit; `{}` is "off". */
export type CallRates = Readonly<Partial<Record<Product, number>>>;

/** What the provider grants an account unless it agreed to more (provider notes, section 2.6). */
export const PROVIDER_RATES: CallRates = { FACE_VERIFY: 50, ID_OCR: 10, FACE_IDU_MIN: 10 };

const RATE_MAX = 10_000;
const isProduct = (name: string | undefined): name is Product => PRODUCTS.some((product) => product === name);

/** `off`, or rates like `FACE_VERIFY=50,ID_OCR=10`. */
export const callRates = field({
  expected: `off, or rates like FACE_VERIFY=50,ID_OCR=10 for ${PRODUCTS.join(", ")}`,
  parse: (text) => {
    if (text === "off") return {};
    const rates: Partial<Record<Product, number>> = {};
    for (const part of text.split(",")) {
      const [, name, rate] = /^\s*([A-Z_]+)=(\d{1,5})\s*$/.exec(part) ?? [];
      if (!isProduct(name) || name in rates || Number(rate) < 1 || Number(rate) > RATE_MAX) return got(text);
      rates[name] = Number(rate);
    }
    return rates;
  },
});

const toText = (rates: Readonly<Record<string, number>>): string =>
  Object.entries(rates)
    .map(([product, rate]) => `${product}=${rate}`)
    .join(",") || "off";

/** The same in JSON: as text, or as an object like `{"ID_OCR": 10}`. */
export const callRatesInJson: z.ZodType<CallRates> = z
  .union([z.string(), z.record(z.string(), z.number())], "expected text or rates by product")
  .transform((given) => (typeof given === "string" ? given : toText(given)))
  .pipe(callRates);
