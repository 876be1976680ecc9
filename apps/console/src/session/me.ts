import { useQuery } from "@tanstack/react-query";
import { type OutputOf, ProblemError } from "@verdict/client";
import { createContext, use } from "react";
import { call } from "../api/client.ts";

export type Me = OutputOf<"GET /v1/me">;

/** Who is signed in; null: nobody. */
export const useSession = () =>
  useQuery({
    queryKey: ["me"],
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        return await call("GET /v1/me", {}, { signal });
      } catch (error) {
        if (error instanceof ProblemError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });

export const MeContext = createContext<Me | null>(null);

/** Whoever is signed in. Only below the shell, where somebody is. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error("Nobody is signed in");
  return me;
}

/** Whether he may do something. The API decides; this only keeps what it would refuse off the screen. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
