import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { readFilters } from "./pages/verifications/filters.ts";
import { NotFound, PageError } from "./shell/NotFound.tsx";
import { Shell } from "./shell/Shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/today/Today.tsx")),
});

/** Where the company's sign-in brings people back to when it failed. By now they are in. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  beforeLoad: () => {
    throw redirect({ to: "/" });
  },
});

export const verifications = createRoute({
  getParentRoute: () => root,
  path: "/verifications",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./pages/verifications/Verifications.tsx")),
});

export const verification = createRoute({
  getParentRoute: () => root,
  path: "/verifications/$id",
  component: lazyRouteComponent(() => import("./pages/verification/Verification.tsx")),
});

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Keeps the parameters a page knows, and only those. */
const only =
  <Name extends string>(...names: readonly Name[]) =>
  (search: Record<string, unknown>): { [Each in Name]?: string | undefined } => {
    const kept: { [Each in Name]?: string | undefined } = {};
    for (const name of names) {
      const value = text(search[name]);
      if (value !== undefined) kept[name] = value;
    }
    return kept;
  };

export const work = createRoute({
  getParentRoute: () => root,
  path: "/work",
  validateSearch: only("tab", "status", "severity", "rule", "type", "kind", "route", "reason", "open"),
  component: lazyRouteComponent(() => import("./pages/work/Work.tsx")),
});

export const insight = createRoute({
  getParentRoute: () => root,
  path: "/insight",
  validateSearch: only("span", "route", "product", "compare"),
  component: lazyRouteComponent(() => import("./pages/insight/Insight.tsx")),
});

export const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  validateSearch: only("tab", "action", "actor", "subject"),
  component: lazyRouteComponent(() => import("./pages/admin/Admin.tsx")),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: lazyRouteComponent(() => import("./sign-in/Account.tsx")),
});

/** Plain parameters: what stands in the address is what a person would type. */
const parseSearch = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

const stringifySearch = (search: Record<string, unknown>): string => {
  const pairs = Object.entries(search).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(pairs as string[][]).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
};

export const router = createRouter({
  routeTree: root.addChildren([today, signIn, verifications, verification, work, insight, admin, account]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
