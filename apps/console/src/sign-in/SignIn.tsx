import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useText } from "../text/text.tsx";
import { proveSecondFactor, signIn, signInMethods, signInWithCompany } from "./auth.ts";
import { Frame } from "./Frame.tsx";
import styles from "./SignIn.module.css";
import { signInErrorText } from "./sign-in-error.ts";

/** The way in: password, then the second factor where there is one; or the company's own sign-in. */
export default function SignIn() {
  const t = useText();
  const client = useQueryClient();
  const methods = useQuery({ queryKey: ["methods"], queryFn: signInMethods, staleTime: Number.POSITIVE_INFINITY });
  const [step, setStep] = useState<"password" | "code">("password");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(
    new URLSearchParams(location.search).has("error") ? t.signIn.errors.company : null,
  );

  const attempt = async (work: () => Promise<"in" | "code">) => {
    setBusy(true);
    setError(null);
    try {
      if ((await work()) === "code") setStep("code");
      else await client.resetQueries({ queryKey: ["me"] });
    } catch (failure) {
      setError(signInErrorText(failure, t));
    } finally {
      setBusy(false);
    }
  };

  const onPassword = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void attempt(async () => {
      const { kind } = await signIn(String(form.get("email")), String(form.get("password")));
      return kind === "in" ? "in" : "code";
    });
  };

  const onCode = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code")).replaceAll(" ", "");
    void attempt(async () => {
      await proveSecondFactor(code);
      return "in";
    });
  };

  return (
    <Frame>
      <div className={styles.card}>
        <h1 className={styles.title}>{step === "password" ? t.signIn.title : t.signIn.codeTitle}</h1>
        <p className="soft">{step === "password" ? t.signIn.hint : t.signIn.codeHint}</p>
        <Stack gap="md" mt="lg">
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {error}
            </Alert>
          ) : null}
          {step === "password" ? (
            <form onSubmit={onPassword}>
              <Stack gap="md">
                <TextInput
                  name="email"
                  type="email"
                  label={t.signIn.email}
                  autoComplete="username"
                  required
                  autoFocus
                />
                <PasswordInput
                  name="password"
                  label={t.signIn.password}
                  autoComplete="current-password"
                  required
                  visibilityToggleButtonProps={{ "aria-label": t.signIn.showPassword }}
                />
                <Button type="submit" fullWidth size="md" loading={busy}>
                  {t.signIn.action}
                </Button>
              </Stack>
            </form>
          ) : (
            <form onSubmit={onCode}>
              <Stack gap="md">
                <TextInput
                  name="code"
                  label={t.signIn.code}
                  autoComplete="one-time-code"
                  inputMode="text"
                  required
                  autoFocus
                  classNames={{ input: "mono" }}
                />
                <Button type="submit" fullWidth size="md" loading={busy}>
                  {t.signIn.codeAction}
                </Button>
                <Button variant="subtle" onClick={() => setStep("password")}>
                  {t.signIn.back}
                </Button>
              </Stack>
            </form>
          )}
          {step === "password" && methods.data?.oidc ? (
            <>
              <div className={styles.or}>{t.signIn.or}</div>
              <Button
                variant="default"
                size="md"
                fullWidth
                onClick={() => signInWithCompany(location.href).catch(() => setError(t.signIn.errors.company))}
              >
                {t.signIn.company}
              </Button>
            </>
          ) : null}
        </Stack>
      </div>
    </Frame>
  );
}
