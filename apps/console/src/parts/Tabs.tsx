import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import styles from "./Tabs.module.css";

type TabsProps = {
  label: string;
  to: "/work" | "/admin";
  tabs: readonly { id: string; name: string }[];
  current: string;
};

/** The parts of a page, each with an address of its own. */
export function Tabs({ label, to, tabs, current }: TabsProps) {
  const bar = useRef<HTMLElement>(null);
  // Where they do not all fit, the current one is in sight.
  useEffect(() => {
    const nav = bar.current;
    if (!nav) return;
    const seen = new ResizeObserver(() => {
      const tab = nav.querySelector<HTMLElement>(`[data-tab="${current}"]`);
      if (tab) nav.scrollLeft = tab.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
    });
    seen.observe(nav);
    return () => seen.disconnect();
  }, [current]);
  return (
    <nav ref={bar} className={styles.tabs} aria-label={label}>
      {tabs.map(({ id, name }) => (
        <Link
          key={id}
          data-tab={id}
          to={to}
          search={{ tab: id }}
          className={styles.tab}
          aria-current={id === current ? "page" : undefined}
          activeProps={{ "aria-current": id === current ? "page" : undefined }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
