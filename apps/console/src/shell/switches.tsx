import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Icon } from "../parts/Icon.tsx";
import { usePreferences } from "../preferences/preferences.tsx";
import { useText } from "../text/text.tsx";

/** The other language, named in itself. */
export function LanguageSwitch() {
  const { language, setLanguage } = usePreferences();
  const [other, name, tag] =
    language === "en" ? (["zh", "中文", "zh-CN"] as const) : (["en", "English", "en"] as const);
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      c="var(--ink-soft)"
      leftSection={<Icon name="globe" size={15} />}
      onClick={() => setLanguage(other)}
      lang={tag}
    >
      {name}
    </Button>
  );
}

export function ThemeSwitch() {
  const t = useText();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const label = scheme === "dark" ? t.shell.toLight : t.shell.toDark;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="var(--ink-soft)"
      title={label}
      aria-label={label}
      onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}
    >
      <Icon name={scheme === "dark" ? "sun" : "moon"} />
    </ActionIcon>
  );
}
