import { FormDialog } from "./FormDialog.tsx";

type ConfirmDialogProps = { title: string; hint: string; onClose: () => void; onConfirm: () => Promise<unknown> };

/** Says what will happen before it does. */
export function ConfirmDialog({ title, hint, onClose, onConfirm }: ConfirmDialogProps) {
  return (
    <FormDialog title={title} action={title} onClose={onClose} onSubmit={onConfirm}>
      <p className="soft">{hint}</p>
    </FormDialog>
  );
}
