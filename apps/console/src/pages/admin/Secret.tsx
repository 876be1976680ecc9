import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { Id } from "../../parts/Id.tsx";
import { useAdminText } from "../../text/use-admin-text.ts";

/** Something that is shown this once: it can be copied, and is gone when this is closed. */
export function Secret({ title, value, onClose }: { title: string; value: string; onClose: () => void }) {
  const t = useAdminText();
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={<b>{title}</b>}
      closeButtonProps={{ "aria-label": t.parts.close }}
    >
      <Stack>
        <Alert color="yellow" variant="light">
          {t.admin.once}
        </Alert>
        <div style={{ overflowWrap: "anywhere" }}>
          <Id value={value} label={title} />
        </div>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t.admin.noted}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
