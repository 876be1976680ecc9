import { ActionIcon, Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { Icon } from "../../parts/Icon.tsx";
import { useAdminText } from "../../text/use-admin-text.ts";

/** What can be done to a row, behind three dots. */
export function ActsMenu({ name, children }: { name: string; children: ReactNode }) {
  const t = useAdminText();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t.admin.actsOn(name)}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
