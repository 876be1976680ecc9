import { getRouteApi } from "@tanstack/react-router";

const route = getRouteApi("/work");

/** Which rows of a queue its address asks for, else the first kind; and a way to ask for others. */
export function useStatus<Status extends string>(statuses: readonly [Status, ...Status[]]) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = statuses.find((one) => one === search.status) ?? statuses[0];
  const show = (next: Status) => void navigate({ search: (held) => ({ ...held, status: next, open: undefined }) });
  return { statuses, status, show };
}

export type Choice<Status extends string> = ReturnType<typeof useStatus<Status>>;
