import { Menu, Select, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { Icon } from "../parts/Icon.tsx";
import { usePreferences } from "../preferences/preferences.tsx";
import { useMe } from "../session/me.ts";
import { signOut } from "../sign-in/auth.ts";
import { useText } from "../text/text.tsx";
import { zoneLabel } from "../time/format-time.ts";
import { AccountButton, useRoleName } from "./AccountButton.tsx";

/** Who is signed in, and how he likes the console. */
export default function AccountMenu({ onKeys }: { onKeys: () => void }) {
  const t = useText();
  const me = useMe();
  const client = useQueryClient();
  const { language, setLanguage, zone, setZone, ownZone } = usePreferences();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zones = useMemo(() => {
    const now = new Date();
    const names = [...new Set([ownZone, "UTC", ...Intl.supportedValuesOf("timeZone")])];
    return names.map((value) => ({ value, label: zoneLabel(value, now) }));
  }, [ownZone]);
  const role = useRoleName();

  return (
    <Menu defaultOpened position="top-start" width={280} shadow="md" radius="md" closeOnItemClick={false}>
      <Menu.Target>
        <AccountButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.email ?? me.name} · {role}
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<Icon name="shield" size={16} />} closeMenuOnClick>
          {t.shell.security}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="keyboard" size={16} />} onClick={onKeys} closeMenuOnClick rightSection="?">
          {t.keys.title}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t.shell.zone}</Menu.Label>
        <Select
          mx="xs"
          mb="xs"
          aria-label={t.shell.zone}
          searchable
          limit={50}
          data={zones}
          value={zone}
          onChange={(value) => value && setZone(value)}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
        />
        <Menu.Divider />
        {(["auto", "light", "dark"] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon name={scheme === "auto" ? "clock" : scheme === "light" ? "sun" : "moon"} size={16} />}
            rightSection={colorScheme === scheme ? <Icon name="check" size={15} /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {t.shell.schemes[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<Icon name="globe" size={16} />}
          onClick={() => setLanguage(language === "en" ? "zh" : "en")}
          closeMenuOnClick
        >
          {language === "en" ? "中文" : "English"}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="out" size={16} />}
          onClick={() => signOut().finally(() => client.resetQueries())}
        >
          {t.shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
