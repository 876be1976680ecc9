import { use, useMemo } from "react";
import { usePreferences } from "../preferences/preferences.tsx";
import type { Language } from "../time/format-time.ts";
import type { AdminPages } from "./en/admin-pages.ts";
import type { Text } from "./en/index.ts";
import { useText } from "./text.tsx";

export type AdminText = Text & AdminPages;

const LOAD: Record<Language, () => Promise<AdminPages>> = {
  en: async () => (await import("./en/admin-pages.ts")).adminPages,
  zh: async () => (await import("./zh/admin-pages.ts")).adminPages,
};

/** Each language once, so that a page that waits for it finds it the next time; again when it could not be had. */
const loaded = new Map<Language, Promise<AdminPages>>();

function load(language: Language): Promise<AdminPages> {
  const held = loaded.get(language);
  if (held) return held;
  const coming = LOAD[language]();
  loaded.set(language, coming);
  coming.catch(() => loaded.delete(language));
  return coming;
}

/** The words of the console with those of the admin pages, which are fetched with the first of them. Suspends until they are there. */
export function useAdminText(): AdminText {
  const { language } = usePreferences();
  const text = useText();
  const pages = use(load(language));
  return useMemo(() => ({ ...text, ...pages }), [text, pages]);
}
