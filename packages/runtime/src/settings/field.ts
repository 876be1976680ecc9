import { z } from "zod";

/** What is wrong with a value, in words that end the line "NAME: expected …, but …". */
export class Wrong {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** What is expected of a variable, and how its text becomes a value. */
type Field<T> = {
  /** Ends the sentence "expected …". */
  expected: string;
  /** The value, or what is wrong with the text. The words of `Wrong` must not repeat a secret. */
  parse: (text: string) => T | Wrong;
};

/** A zod schema for one variable. Its message says what is expected, and of the value only what `parse` says. */
export const field = <T>({ expected, parse }: Field<T>) =>
  z.string({ error: `expected ${expected}` }).transform((text, context): T => {
    const parsed = parse(text.trim());
    if (!(parsed instanceof Wrong)) return parsed;
    context.addIssue({ code: "custom", message: `expected ${expected}, but ${parsed.why}` });
    return z.NEVER;
  });

/** For values that are no secret. */
export const got = (text: string) => new Wrong(`got ${JSON.stringify(text)}`);

/** A whole number within bounds, both included. */
export const wholeNumber = (min: number, max: number, noun = "a whole number") =>
  field({
    expected: `${noun} from ${min} to ${max}`,
    parse: (text) => (/^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : got(text)),
  });

/** A part of something, 0 to 1. */
export const share = field({
  expected: "a number from 0 to 1",
  parse: (text) => (/^(0|1|0?\.\d{1,6}|1\.0{1,6})$/.test(text) ? Number(text) : got(text)),
});

/** One of a few words. */
export const oneOf = <Word extends string>(...words: readonly Word[]) =>
  field({
    expected: `one of ${words.join(", ")}`,
    parse: (text) => words.find((word) => word === text) ?? got(text),
  });

/** A switch. */
export const flag = field({
  expected: "true or false",
  parse: (text) => (text === "true" || text === "false" ? text === "true" : got(text)),
});

/** Text a stranger must not guess, of at least so many characters. Its value never appears in a message. */
export const secret = (minLength: number) =>
  field({
    expected: minLength > 1 ? `a secret of at least ${minLength} characters` : "a secret",
    parse: (text) => (text.length >= minLength ? text : new Wrong(`it has ${text.length}`)),
  });
