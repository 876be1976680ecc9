export const ROLES = ["viewer", "analyst", "operator", "auditor", "admin"] as const;

/** What a person is to the company. Fixed: what each may do stands in GRANTS, and nowhere else. */
export type Role = (typeof ROLES)[number];

const EVERYBODY = ROLES;
/** Those who look into single cases. */
const CASEWORK = ["analyst", "operator", "admin"] as const;
/** Those who keep the work going. */
const RUNNING = ["operator", "admin"] as const;
const CASEWORK_OR_AUDIT = ["analyst", "operator", "auditor", "admin"] as const;
const RUNNING_OR_AUDIT = ["operator", "auditor", "admin"] as const;
const AUDIT = ["auditor", "admin"] as const;
const ADMIN = ["admin"] as const;

/** Who may do what. Machines are given permissions by name, people by their role. The auditor reads everything and changes nothing. */
export const GRANTS = {
  "verifications.read": EVERYBODY,
  "verifications.start": ADMIN,
  "verifications.register": ADMIN,
  "verifications.recheck": RUNNING,
  "verifications.void": RUNNING,
  "face_checks.run": ADMIN,
  "personal.reveal": CASEWORK_OR_AUDIT,
  "pictures.request": CASEWORK,
  "discrepancies.read": CASEWORK_OR_AUDIT,
  "discrepancies.resolve": CASEWORK,
  "alerts.read": EVERYBODY,
  "alerts.act": RUNNING,
  "alerts.assign": RUNNING,
  "silences.write": RUNNING,
  "work.read": RUNNING_OR_AUDIT,
  "work.redrive": RUNNING,
  "events.read": EVERYBODY,
  "stats.read": EVERYBODY,
  "refusals.read": CASEWORK_OR_AUDIT,
  "audit.read": AUDIT,
  "exports.make": CASEWORK_OR_AUDIT,
  "routes.read": EVERYBODY,
  "endpoints.read": RUNNING_OR_AUDIT,
  "endpoints.write": ADMIN,
  "channels.read": RUNNING_OR_AUDIT,
  "channels.write": ADMIN,
  "people.read": AUDIT,
  "people.write": ADMIN,
  "keys.read": AUDIT,
  "keys.write": ADMIN,
  "retention.read": AUDIT,
  "retention.write": ADMIN,
  "erasure.run": ADMIN,
  "queue.read": ADMIN,
  "ledger.read": AUDIT,
} as const satisfies Record<string, readonly Role[]>;

/** One thing somebody may be allowed to do. */
export type Permission = keyof typeof GRANTS;

export const PERMISSIONS = Object.keys(GRANTS) as [Permission, ...Permission[]];

/** Routes somebody may see and touch; null: all of them. */
export type Reach = readonly string[] | null;

/** Whoever makes a call. `id` is what stands on record as the actor. */
export type Caller =
  | { kind: "person"; id: string; name: string; role: Role; routes: Reach }
  | { kind: "key"; id: string; name: string; scopes: readonly Permission[]; routes: Reach }
  /** The key from the settings: everything, everywhere, and nobody can revoke it through the API. */
  | { kind: "bootstrap"; id: "bootstrap"; name: string; routes: null };

/** Whether a caller may do something and, if a route is given, do it there. */
export function may(caller: Caller, permission: Permission, route?: string | null): boolean {
  return holds(caller, permission) && (route === undefined || reaches(caller, route));
}

/** Whether a caller sees what belongs to a route. What belongs to none (null) is for those who see all routes. */
export const reaches = ({ routes }: { routes: Reach }, route: string | null): boolean =>
  routes === null || (route !== null && routes.includes(route));

/** All a caller may do. */
export const permissionsOf = (caller: Caller): Permission[] => PERMISSIONS.filter((one) => holds(caller, one));

/** The roles that may do something. */
export const rolesThatMay = (permission: Permission): Role[] => ROLES.filter((role) => grantedTo(role, permission));

/** All a role may do. */
export const permissionsOfRole = (role: Role): Permission[] => PERMISSIONS.filter((one) => grantedTo(role, one));

/** Nobody hands out more than he has: neither permissions nor routes. */
export const mayGrant = (caller: Caller, permissions: readonly Permission[], routes: Reach): boolean =>
  permissions.every((one) => holds(caller, one)) &&
  (routes?.every((route) => reaches(caller, route)) ?? caller.routes === null);

function holds(caller: Caller, permission: Permission): boolean {
  switch (caller.kind) {
    case "person":
      return grantedTo(caller.role, permission);
    case "key":
      return caller.scopes.includes(permission);
    case "bootstrap":
      return true;
  }
}

const grantedTo = (role: Role, permission: Permission): boolean =>
  (GRANTS[permission] as readonly Role[]).includes(role);
