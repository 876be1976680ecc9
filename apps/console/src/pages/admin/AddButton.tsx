import { Button } from "@mantine/core";
import { Icon } from "../../parts/Icon.tsx";

/** Begins a new row of a list. */
export const AddButton = ({ children, onClick }: { children: string; onClick: () => void }) => (
  <Button leftSection={<Icon name="plus" size={15} />} onClick={onClick}>
    {children}
  </Button>
);
