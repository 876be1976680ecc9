import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { usePreferences } from "../preferences/preferences.tsx";
import type { Language } from "../time/format-time.ts";
import { en, type Text } from "./en/index.ts";

const Context = createContext<Text>(en);

const LOAD: Record<Language, () => Promise<Text>> = {
  en: async () => en,
  zh: async () => (await import("./zh/index.ts")).zh,
};

/** All words in the reader's language. Nothing is shown before they are there, so that nothing flickers. */
export function TextProvider({ children }: { children: ReactNode }) {
  const { language } = usePreferences();
  const [held, hold] = useState<{ language: Language; text: Text } | null>(
    language === "en" ? { language, text: en } : null,
  );
  useEffect(() => {
    let wanted = true;
    void LOAD[language]().then((text) => {
      if (!wanted) return;
      document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
      hold({ language, text });
    });
    return () => {
      wanted = false;
    };
  }, [language]);
  return held ? <Context value={held.text}>{children}</Context> : null;
}

/** The words of the console. */
export const useText = (): Text => use(Context);
