import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { LiveProvider } from "./live/live.tsx";
import { Failed } from "./parts/State.tsx";
import { router } from "./router.tsx";
import { MeContext, useSession } from "./session/me.ts";

const SignIn = lazy(() => import("./sign-in/SignIn.tsx"));
const NewPassword = lazy(() => import("./sign-in/NewPassword.tsx"));

/** The console for whoever is signed in. Signing in keeps the address, so a link leads where it says. */
export function App() {
  const session = useSession();
  if (session.isPending) return null;
  if (session.data === undefined) {
    return (
      <main>
        <Failed error={session.error} retry={() => session.refetch()} />
      </main>
    );
  }
  return (
    <Suspense>
      {session.data === null ? (
        <SignIn />
      ) : session.data.mustChangePassword ? (
        <NewPassword />
      ) : (
        <MeContext value={session.data}>
          <LiveProvider>
            <RouterProvider router={router} />
          </LiveProvider>
        </MeContext>
      )}
    </Suspense>
  );
}
