import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import qrcode from "qrcode-generator";
import { type SyntheticEvent, useMemo, useState } from "react";
import { Card } from "../parts/Card.tsx";
import { Id } from "../parts/Id.tsx";
import { Mark } from "../parts/Mark.tsx";
import { useMe } from "../session/me.ts";
import { PageHead } from "../shell/PageHead.tsx";
import { useText } from "../text/text.tsx";
import { beginSecondFactor, changePassword, confirmSecondFactor, dropSecondFactor } from "./auth.ts";
import { NextPassword } from "./NextPassword.tsx";
import { signInErrorText } from "./sign-in-error.ts";

/** A person's own password and second factor. */
export default function Account() {
  const t = useText();
  return (
    <>
      <PageHead title={t.account.title} hint={t.account.hint} />
      <Stack maw={560}>
        <Password />
        <SecondFactor />
      </Stack>
    </>
  );
}

function Password() {
  const t = useText();
  const [said, say] = useState<{ good: boolean; text: string } | null>(null);
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const page = event.currentTarget;
    const form = new FormData(page);
    try {
      await changePassword(String(form.get("current")), String(form.get("next")));
      page.reset();
      say({ good: true, text: t.account.changed });
    } catch (error) {
      say({ good: false, text: signInErrorText(error, t) });
    }
  };
  return (
    <Card title={t.account.password}>
      <form onSubmit={submit}>
        <Stack>
          {said ? (
            <Alert color={said.good ? "green" : "red"} variant="light" role="status">
              {said.text}
            </Alert>
          ) : null}
          <PasswordInput name="current" label={t.account.current} autoComplete="current-password" required />
          <NextPassword />
          <Button type="submit" style={{ alignSelf: "flex-start" }}>
            {t.account.change}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

function SecondFactor() {
  const t = useText();
  const me = useMe();
  const client = useQueryClient();
  const [begun, setBegun] = useState<{ uri: string; backupCodes: string[] } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const attempt = async (work: () => Promise<unknown>) => {
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(signInErrorText(failure, t));
    }
  };
  const done = async () => {
    setBegun(null);
    await client.invalidateQueries({ queryKey: ["me"] });
  };
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void attempt(async () => {
      if (begun) {
        await confirmSecondFactor(String(form.get("code")));
        await done();
      } else if (me.secondFactor) {
        await dropSecondFactor(String(form.get("password")));
        await done();
      } else setBegun(await beginSecondFactor(String(form.get("password"))));
    });
  };

  return (
    <Card
      title={t.account.factor}
      side={
        <Mark tone={me.secondFactor ? "good" : "still"} dot={me.secondFactor ? "full" : "hollow"}>
          {me.secondFactor ? t.account.on : t.account.off}
        </Mark>
      }
    >
      <form onSubmit={submit}>
        <Stack>
          <p className="soft">{begun ? t.account.scan : me.secondFactor ? t.account.factorOn : t.account.factorOff}</p>
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {error}
            </Alert>
          ) : null}
          {begun ? (
            <>
              <QrCode text={begun.uri} label={t.account.scan} />
              <div className="small">
                {t.account.secret}:{" "}
                <Id value={new URL(begun.uri).searchParams.get("secret") ?? ""} label={t.account.secret} />
              </div>
              <div>
                <p className="soft small">{t.account.backup}</p>
                <p className="mono">{begun.backupCodes.join("  ")}</p>
              </div>
              <TextInput name="code" label={t.signIn.code} inputMode="numeric" autoComplete="one-time-code" required />
            </>
          ) : (
            <PasswordInput name="password" label={t.signIn.password} autoComplete="current-password" required />
          )}
          <Button type="submit" style={{ alignSelf: "flex-start" }}>
            {begun ? t.account.confirm : me.secondFactor ? t.account.turnOff : t.account.turnOn}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

/** Dark squares on white whatever the theme: cameras expect that. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    const cells = Array.from(
      { length: count * count },
      (_, index) => [Math.floor(index / count), index % count] as const,
    );
    const dark = cells.filter(([row, column]) => code.isDark(row, column));
    return { size: count + 8, path: dark.map(([row, column]) => `M${column + 4} ${row + 4}h1v1h-1z`).join("") };
  }, [text]);
  return (
    <svg
      width={200}
      height={200}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      style={{ borderRadius: 8 }}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
