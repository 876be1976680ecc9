import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { useText } from "../text/text.tsx";
import { DialogFoot } from "./DialogFoot.tsx";
import { errorText } from "./error-text.ts";

type ReasonDialogProps = {
  title: string;
  /** What will happen, said before it does. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  /** What somebody may want to say, offered as a start. */
  suggestions?: readonly string[];
  optional?: boolean;
  /** What is asked for, when it is not a reason. */
  label?: string;
  onClose: () => void;
  onDone: (reason: string) => Promise<unknown>;
};

const MOST = 500;

/** Asks for the reason before something is done that goes on record. */
export function ReasonDialog({
  title,
  children,
  action,
  danger,
  suggestions,
  optional,
  label,
  ...on
}: ReasonDialogProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ready = optional || reason.trim().length > 0;

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      await on.onDone(reason.trim());
      on.onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={on.onClose} title={<b>{title}</b>} closeButtonProps={{ "aria-label": t.parts.close }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <div className="soft">{children}</div>
          {suggestions ? (
            <Group gap={6}>
              {suggestions.map((text) => (
                <Button key={text} size="compact-xs" variant="default" onClick={() => setReason(text)}>
                  {text}
                </Button>
              ))}
            </Group>
          ) : null}
          <Textarea
            data-autofocus
            label={label ?? (optional ? t.parts.reasonOptional : t.parts.reason)}
            description={t.parts.reasonHint}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={MOST}
            rows={3}
            required={!optional}
            error={error ? errorText(error, t) : null}
          />
          <DialogFoot>
            <Button variant="default" onClick={on.onClose}>
              {t.parts.cancel}
            </Button>
            <Button type="submit" loading={busy} disabled={!ready} {...(danger ? { color: "red.8" } : {})}>
              {action}
            </Button>
          </DialogFoot>
        </Stack>
      </form>
    </Modal>
  );
}
