/**
 * The same function, that remembers what it was asked last. For what is made of the address of every request: most come from the one
 * that the request before came from, be it a flood's or a proxy's, and text that is made anew has to be hashed anew.
 */
export function rememberingOne<T>(find: (text: string) => T): (text: string) => T {
  let last: { text: string; found: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, found: find(text) };
    return last.found;
  };
}
