import { useLocalStorage } from "@mantine/hooks";
import type { Filters } from "./filters.ts";

export type View = { name: string; filters: Filters };

/** Views that everybody has; their names are in the dictionary. */
export const BUILT_IN = {
  all: {},
  open: { status: "initializing,awaiting,claimed" },
  attacks: { subCode: "205" },
  refused: { subCode: "206" },
  doubt: { doubt: "true" },
  silent: { status: "expired" },
} as const satisfies Record<string, Filters>;

export type BuiltIn = keyof typeof BUILT_IN;

/** Views that somebody saved, in this browser. */
export function useSavedViews() {
  const [views, setViews] = useLocalStorage<View[]>({
    key: "verdict.views",
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  return {
    views,
    save: (view: View) => setViews((held) => [...held.filter(({ name }) => name !== view.name), view]),
    remove: (name: string) => setViews((held) => held.filter((view) => view.name !== name)),
  };
}
