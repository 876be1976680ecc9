import { Button, Checkbox, Popover, SegmentedControl, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { Icon } from "../../parts/Icon.tsx";
import { STATUSES } from "../../parts/tones.ts";
import { useText } from "../../text/text.tsx";
import { type FilterChanges, type Filters, PRODUCTS, readStatuses, SPANS } from "./filters.ts";

type FilterMenuProps = { filters: Filters; count: number; onChange: (changes: FilterChanges) => void };

/** Everything the list can be narrowed by. What is chosen holds at once. */
export function FilterMenu({ filters, count, onChange }: FilterMenuProps) {
  const t = useText();
  const statuses = readStatuses(filters.status);
  const typed = (name: "route" | "subCode" | "sceneCode") => (
    <TextInput
      key={`${name} ${filters[name] ?? ""}`}
      label={t.fields[name]}
      defaultValue={filters[name] ?? ""}
      spellCheck={false}
      onBlur={(event) => onChange({ [name]: event.currentTarget.value.trim() || undefined })}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );

  return (
    <Popover position="bottom-end" width={380} shadow="md" radius="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="filter" size={15} />}>
          {count > 0 ? t.list.filtersOn(count) : t.list.filters}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 24px)" aria-label={t.list.filters}>
        <Stack gap="md">
          <Checkbox.Group
            label={t.fields.status}
            value={statuses}
            onChange={(chosen) => onChange({ status: readStatuses(chosen.join(",")).join(",") || undefined })}
          >
            <SimpleGrid cols={2} spacing={6} verticalSpacing={6} mt={6}>
              {STATUSES.map((status) => (
                <Checkbox key={status} value={status} label={t.status[status]} size="sm" />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
          <SegmentedControl
            aria-label={t.fields.createdAt}
            fullWidth
            size="xs"
            value={filters.span ?? "all"}
            onChange={(span) =>
              onChange({
                span: span in SPANS ? (span as keyof typeof SPANS) : undefined,
                from: undefined,
                to: undefined,
              })
            }
            data={[
              { value: "all", label: t.list.anyTime },
              ...Object.keys(SPANS).map((span) => ({ value: span, label: t.spans[span as keyof typeof SPANS] })),
            ]}
          />
          <SimpleGrid cols={2}>
            <Select
              label={t.fields.product}
              placeholder={t.list.any}
              clearable
              data={PRODUCTS.map((value) => ({ value, label: t.products[value] }))}
              value={filters.product ?? null}
              onChange={(product) => onChange({ product: (product as Filters["product"]) ?? undefined })}
              comboboxProps={{ withinPortal: false }}
            />
            <Select
              label={t.list.result}
              placeholder={t.list.any}
              clearable
              data={[
                { value: "true", label: t.status.passed },
                { value: "false", label: t.status.failed },
              ]}
              value={filters.passed ?? null}
              onChange={(passed) => onChange({ passed: (passed as Filters["passed"]) ?? undefined })}
              comboboxProps={{ withinPortal: false }}
            />
            {typed("subCode")}
            {typed("route")}
            {typed("sceneCode")}
          </SimpleGrid>
          <Checkbox
            label={t.list.onlyDoubt}
            checked={filters.doubt === "true"}
            onChange={(event) => onChange({ doubt: event.currentTarget.checked ? "true" : undefined })}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
