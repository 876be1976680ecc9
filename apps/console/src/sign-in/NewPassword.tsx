import { Alert, Button, PasswordInput, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useText } from "../text/text.tsx";
import { changePassword, signOut } from "./auth.ts";
import { Frame } from "./Frame.tsx";
import { NextPassword } from "./NextPassword.tsx";
import styles from "./SignIn.module.css";
import { signInErrorText } from "./sign-in-error.ts";

/** Asks somebody whose password another person has seen for one of his own. Until then the API refuses everything. */
export default function NewPassword() {
  const t = useText();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const next = String(form.get("next"));
    if (next !== String(form.get("again"))) return setError(t.signIn.errors.different);
    setBusy(true);
    try {
      await changePassword(String(form.get("current")), next);
      await client.resetQueries({ queryKey: ["me"] });
    } catch (failure) {
      setError(signInErrorText(failure, t));
      setBusy(false);
    }
  };

  return (
    <Frame>
      <div className={styles.card}>
        <h1 className={styles.title}>{t.signIn.ownTitle}</h1>
        <p className="soft">{t.signIn.ownHint}</p>
        <form onSubmit={submit}>
          <Stack gap="md" mt="lg">
            {error ? (
              <Alert color="red" variant="light" role="alert">
                {error}
              </Alert>
            ) : null}
            <PasswordInput name="current" label={t.signIn.current} autoComplete="current-password" required autoFocus />
            <NextPassword />
            <PasswordInput name="again" label={t.signIn.again} autoComplete="new-password" minLength={12} required />
            <Button type="submit" fullWidth size="md" loading={busy}>
              {t.signIn.ownAction}
            </Button>
            <Button variant="subtle" onClick={() => signOut().finally(() => client.resetQueries({ queryKey: ["me"] }))}>
              {t.shell.signOut}
            </Button>
          </Stack>
        </form>
      </div>
    </Frame>
  );
}
