import { lazy } from "react";

/** Dialogs are fetched when somebody first opens one. */
export const AlertDialog = lazy(async () => ({ default: (await import("./AlertDialog.tsx")).AlertDialog }));
export const AssignDialog = lazy(async () => ({ default: (await import("./AssignDialog.tsx")).AssignDialog }));
export const MoveAlertsDialog = lazy(async () => ({
  default: (await import("./MoveAlertsDialog.tsx")).MoveAlertsDialog,
}));
export const SnoozeDialog = lazy(async () => ({ default: (await import("./SnoozeDialog.tsx")).SnoozeDialog }));
export const BulkDialog = lazy(async () => ({
  default: (await import("./BulkDialog.tsx")).BulkDialog,
})) as unknown as typeof import("./BulkDialog.tsx").BulkDialog;
