import { Button, Checkbox, Menu } from "@mantine/core";
import type { Column } from "../../parts/DataTable.tsx";
import { Icon } from "../../parts/Icon.tsx";
import type { Verification } from "../../parts/tones.ts";
import { useText } from "../../text/text.tsx";
import type { ColumnId } from "./columns.tsx";

type ColumnsMenuProps = {
  columns: readonly Column<Verification>[];
  shown: readonly ColumnId[];
  onToggle: (id: ColumnId) => void;
};

/** Which columns the list has. */
export function ColumnsMenu({ columns, shown, onToggle }: ColumnsMenuProps) {
  const t = useText();
  return (
    <Menu position="bottom-end" shadow="md" radius="md" closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="columns" size={15} />}>
          {t.list.columns}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map(({ id, header }) => (
          <Menu.Item
            key={id}
            leftSection={<Checkbox.Indicator checked={shown.includes(id as ColumnId)} size="xs" aria-hidden="true" />}
            onClick={() => onToggle(id as ColumnId)}
            role="menuitemcheckbox"
            aria-checked={shown.includes(id as ColumnId)}
          >
            {header}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
