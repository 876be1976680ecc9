import type { UrlRefusal } from "./judge-url.ts";

/** Why an address is refused, in a sentence for whoever typed it. */
export const explainRefusal = (reason: UrlRefusal): string => SENTENCES[reason];

const ALLOW = "An operator can allow an internal target in DELIVERY_ALLOWED_TARGETS.";

const SENTENCES: Readonly<Record<UrlRefusal, string>> = {
  too_long: "The URL is longer than 2048 characters.",
  not_a_url: "This is no complete URL like https://hooks.example.com/path.",
  not_https: "The URL must begin with https://; http:// is only for hosts an operator has allowed.",
  credentials: "The URL must not hold a user name or password.",
  fragment: "The URL must not have a fragment (#…): it would never be sent.",
  bad_host: "This is no host name or IP address.",
  disguised_host: "Write the host plainly: a name, or an IP address in its usual form.",
  internal_name: `The host's name is an internal one. ${ALLOW}`,
  not_an_address: "The host's name leads to something that is no IP address.",
  loopback: `The host is this machine itself. ${ALLOW}`,
  private: `The host lies in a private network. ${ALLOW}`,
  carrier_grade_nat: `The host lies in a network shared by a provider's customers. ${ALLOW}`,
  link_local: "The host has a link-local address.",
  metadata: "The host is a cloud's metadata service.",
  multicast: "The host has a multicast address.",
  broadcast: "The host has a broadcast address.",
  unspecified: "The host has no real address.",
  unique_local: `The host lies in a private IPv6 network. ${ALLOW}`,
  reserved: "The host's address is reserved for other purposes.",
};
