/**
 * A text of the provider's, fit to be recorded and shown. It may echo what we sent, such as a picture or the string that was
 * signed: runs longer than any id are cut out, as plain or percent-encoded Base64, and the rest is kept short.
 */
export const presentable = (text: string, longest: number): string =>
  text
    .slice(0, 10 * longest)
    .replace(/[A-Za-z0-9+/=_%-]{41,}/g, "[…]")
    .slice(0, longest)
    .toWellFormed();
