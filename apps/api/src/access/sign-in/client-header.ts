/** Tells better-auth a client's address. Set by us on every request, so that nobody can bring his own. */
export const CLIENT_ADDRESS_HEADER = "x-verdict-client-address";
