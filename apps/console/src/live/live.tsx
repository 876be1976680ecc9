import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { useMay } from "../session/me.ts";

/** Since when nothing has come from the API; null: it is there. */
type Live = { goneSince: Date | null };

const Context = createContext<Live>({ goneSince: null });

export const useLive = (): Live => use(Context);

/** Events that come together are one reason to look again. */
const GATHER_MS = 300;

/** What lists and records an event makes out of date, by the beginning of its type. */
const CONCERNS: Readonly<Record<string, readonly string[]>> = {
  verification: ["verifications", "now"],
  discrepancy: ["discrepancies", "verifications"],
  alert: ["alerts"],
};

/** Listens to what happens and lets what is on the screen look again. While it cannot, every page says how old it is. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const enabled = useMay()("events.read");
  const [goneSince, setGone] = useState<Date | null>(null);

  useEffect(() => {
    if (!enabled) return;
    const stream = new EventSource("/v1/events?cursor=end");
    const pending = new Map<string, readonly unknown[]>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      for (const queryKey of pending.values()) void client.invalidateQueries({ queryKey });
      pending.clear();
    };
    stream.onopen = () => setGone(null);
    stream.onerror = () => setGone((since) => since ?? new Date());
    stream.onmessage = ({ data }) => {
      const event = JSON.parse(data) as { type: string; verificationId: string | null };
      const [about = ""] = event.type.split(".");
      const id = event.verificationId;
      const keys = (CONCERNS[about] ?? []).map((name) => [name]);
      for (const key of id ? [...keys, ["verification", id]] : keys) pending.set(key.join(" "), key);
      timer ??= setTimeout(flush, GATHER_MS);
    };
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }, [client, enabled]);

  return <Context value={{ goneSince }}>{children}</Context>;
}
