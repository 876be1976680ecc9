import { Button, Modal, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { DialogFoot } from "../../parts/DialogFoot.tsx";
import { errorText } from "../../parts/error-text.ts";
import { useText } from "../../text/text.tsx";

type FormDialogProps = {
  title: string;
  action: string;
  children: ReactNode;
  onClose: () => void;
  onSubmit: (form: FormData) => Promise<unknown>;
};

/** A form over the page; what the API refuses is said in it. */
export function FormDialog({ title, action, children, onClose, onSubmit }: FormDialogProps) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  return (
    <Modal opened onClose={onClose} title={<b>{title}</b>} closeButtonProps={{ "aria-label": t.parts.close }}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          setBusy(true);
          setError(null);
          try {
            await onSubmit(form);
            onClose();
          } catch (failure) {
            setError(failure);
            setBusy(false);
          }
        }}
      >
        <Stack>
          {children}
          {error ? (
            <p role="alert" style={{ color: "var(--bad)" }}>
              {errorText(error, t)}
            </p>
          ) : null}
          <DialogFoot>
            <Button variant="default" onClick={onClose}>
              {t.parts.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {action}
            </Button>
          </DialogFoot>
        </Stack>
      </form>
    </Modal>
  );
}
