import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import type { Language, Place } from "../time/format-time.ts";

type Preferences = Place & {
  setLanguage: (language: Language) => void;
  setZone: (zone: string) => void;
  /** The zone of this browser. */
  ownZone: string;
};

const Context = createContext<Preferences | null>(null);
const KEYS = { language: "verdict.language", zone: "verdict.zone" } as const;

/** Storage may be forbidden; then a choice holds until the page is left. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // See above.
  }
}

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** What somebody chose, or what his browser asks for. */
export function firstLanguage(): Language {
  const chosen = stored(KEYS.language);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Language and time zone of the whole console. */
export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState(firstLanguage);
  const [zone, chooseZone] = useState(() => known(stored(KEYS.zone)) ?? ownZone());
  const setLanguage = useCallback((next: Language) => {
    store(KEYS.language, next);
    choose(next);
  }, []);
  const setZone = useCallback((next: string) => {
    store(KEYS.zone, next);
    chooseZone(next);
  }, []);
  const value = useMemo(
    () => ({ language, zone, setLanguage, setZone, ownZone: ownZone() }),
    [language, zone, setLanguage, setZone],
  );
  return <Context value={value}>{children}</Context>;
}

/** A zone kept from before that this browser does not know would break every time on the page. */
function known(zone: string | null): string | null {
  if (!zone) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return null;
  }
}

export function usePreferences(): Preferences {
  const value = use(Context);
  if (!value) throw new Error("There is no PreferencesProvider");
  return value;
}
