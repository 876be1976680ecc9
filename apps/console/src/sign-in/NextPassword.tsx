import { PasswordInput } from "@mantine/core";
import { useText } from "../text/text.tsx";

/** Where somebody chooses a password. */
export function NextPassword() {
  const t = useText();
  return (
    <PasswordInput
      name="next"
      label={t.signIn.next}
      description={t.signIn.nextHint}
      autoComplete="new-password"
      minLength={12}
      required
    />
  );
}
