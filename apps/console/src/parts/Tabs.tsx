import { Link } from "@tanstack/react-router";
import styles from "./Tabs.module.css";

type TabsProps = {
  label: string;
  to: "/work" | "/admin";
  tabs: readonly { id: string; name: string }[];
  current: string;
};

/** The parts of a page, each with an address of its own. */
export function Tabs({ label, to, tabs, current }: TabsProps) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ id, name }) => (
        <Link
          key={id}
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
