import { Button, Menu } from "@mantine/core";
import { Icon } from "../../parts/Icon.tsx";
import { useText } from "../../text/text.tsx";

/** All rows that fit, in one file. */
export function ExportMenu({ hrefOf }: { hrefOf: (format: "csv" | "ndjson") => string }) {
  const t = useText();
  return (
    <Menu position="bottom-end" shadow="md" radius="md">
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" size={15} />}>
          {t.list.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown maw={280}>
        <Menu.Label>{t.list.exportHint}</Menu.Label>
        <Menu.Item component="a" href={hrefOf("csv")} download>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={hrefOf("ndjson")} download>
          NDJSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
