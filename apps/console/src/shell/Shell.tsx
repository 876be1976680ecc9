import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { call } from "../api/client.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { Loading } from "../parts/State.tsx";
import { useMay } from "../session/me.ts";
import { useText } from "../text/text.tsx";
import { AccountButton } from "./AccountButton.tsx";
import { useKeys } from "./keys.ts";
import { Logo } from "./Logo.tsx";
import { Search } from "./Search.tsx";
import styles from "./Shell.module.css";

const loadAccountMenu = () => import("./AccountMenu.tsx");
const AccountMenu = lazy(loadAccountMenu);
const KeysDialog = lazy(() => import("./KeysDialog.tsx"));

type Place = {
  to: string;
  key: string;
  icon: IconName;
  name: "today" | "verifications" | "work" | "insight" | "admin";
};

const PLACES: readonly (Place & { needs: readonly string[] })[] = [
  { to: "/", key: "t", icon: "today", name: "today", needs: ["stats.read"] },
  { to: "/verifications", key: "v", icon: "verifications", name: "verifications", needs: ["verifications.read"] },
  { to: "/work", key: "w", icon: "work", name: "work", needs: ["alerts.read", "discrepancies.read", "work.read"] },
  { to: "/insight", key: "i", icon: "insight", name: "insight", needs: ["stats.read"] },
  {
    to: "/admin",
    key: "a",
    icon: "admin",
    name: "admin",
    needs: [
      "people.read",
      "keys.read",
      "audit.read",
      "retention.read",
      "endpoints.read",
      "channels.read",
      "queue.read",
    ],
  },
];

/** Navigation around whatever page is open. */
export function Shell() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  const [keysShown, showKeys] = useState(false);
  const [account, openAccount] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const places = PLACES.filter(({ needs }) => needs.some(may));
  const alerts = useOpenAlerts(may("alerts.read"));

  useKeys({
    search: useCallback(() => search.current?.focus(), []),
    help: useCallback(() => showKeys(true), []),
    go: useCallback(
      (key: string) => {
        const place = PLACES.find((one) => one.key === key);
        if (place) void navigate({ to: place.to });
      },
      [navigate],
    ),
  });

  // Whoever reads with his ears is taken to the new page.
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path) main.current?.focus();
    before.current = path;
  }, [path]);

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t.shell.skip}
      </a>
      <div className={styles.side}>
        <Link to="/" className={styles.brand}>
          <Logo />
          Verdict
        </Link>
        <Search inputRef={search} />
        <nav aria-label={t.shell.navigation}>
          <ul className={styles.nav}>
            {places.map(({ to, icon, name }) => (
              <li key={to}>
                <Link to={to} className={styles.link} activeOptions={{ exact: to === "/", includeSearch: false }}>
                  <Icon name={icon} />
                  {t.nav[name]}
                  {name === "work" && alerts ? <span className={styles.count}>{alerts}</span> : null}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.foot}>
          {account ? (
            <Suspense fallback={<AccountButton />}>
              <AccountMenu onKeys={() => showKeys(true)} />
            </Suspense>
          ) : (
            <AccountButton onClick={() => openAccount(true)} onPointerEnter={loadAccountMenu} />
          )}
        </div>
      </div>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <div className={styles.inner}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </div>
      </main>
      {keysShown ? (
        <Suspense>
          <KeysDialog onClose={() => showKeys(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** How many alerts nobody looks after yet, as text: "7", or "99+". */
function useOpenAlerts(enabled: boolean): string | null {
  const { data } = useQuery({
    queryKey: ["alerts", "count"],
    queryFn: ({ signal }) => call("GET /v1/alerts", { query: { status: "open", limit: 100 } }, { signal }),
    refetchInterval: 15_000,
    enabled,
  });
  if (!data || data.items.length === 0) return null;
  return data.nextCursor ? "99+" : String(data.items.length);
}
