import type { ClientAddressTrust } from "../client-address.ts";
import { environment } from "./environment.ts";
import { type EnvSource, readEnv } from "./read-env.ts";
import { SettingsError } from "./settings-error.ts";

/**
 * CLIENT_ADDRESS_HEADER and TRUSTED_PROXIES; null when neither is set. Throws a SettingsError when only one is: a
 * header that anybody may write says nothing, and a proxy without a header hides everybody behind one address.
 */
export function readClientAddressTrust(source: EnvSource): ClientAddressTrust | null {
  const env = readEnv(environment(false).pick({ CLIENT_ADDRESS_HEADER: true, TRUSTED_PROXIES: true }), source);
  const { CLIENT_ADDRESS_HEADER: header, TRUSTED_PROXIES: proxies } = env;
  if (header && proxies) return { header, proxies };
  if (header) {
    throw new SettingsError(
      "TRUSTED_PROXIES: not set; expected the proxies from which CLIENT_ADDRESS_HEADER is believed",
    );
  }
  if (proxies) {
    throw new SettingsError(
      "CLIENT_ADDRESS_HEADER: not set; expected the header in which TRUSTED_PROXIES name the client",
    );
  }
  return null;
}
