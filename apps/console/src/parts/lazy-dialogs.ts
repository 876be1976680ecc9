import { lazy } from "react";

/** Fetched when somebody first has to give a reason. */
export const ReasonDialog = lazy(async () => ({ default: (await import("./ReasonDialog.tsx")).ReasonDialog }));
