import { MantineProvider } from "@mantine/core";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ProblemError } from "@verdict/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { PreferencesProvider } from "./preferences/preferences.tsx";
import "./styles.css";
import { TextProvider } from "./text/text.tsx";
import { resolveColours, theme } from "./theme.ts";

/** A session that has ended is found out by whatever is asked next, and the sign-in comes up over the same address. */
const queryCache = new QueryCache({
  onError: (error) => {
    if (error instanceof ProblemError && (error.status === 401 || error.code === "password_change_required")) {
      void client.invalidateQueries({ queryKey: ["me"] });
    }
  },
});

const client = new QueryClient({
  queryCache,
  defaultOptions: {
    queries: {
      retry: (failures, error) => !(error instanceof ProblemError && error.status < 500) && failures < 2,
      staleTime: 2_000,
    },
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root");

createRoot(root).render(
  <StrictMode>
    <PreferencesProvider>
      <TextProvider>
        <MantineProvider theme={theme} cssVariablesResolver={resolveColours} defaultColorScheme="auto">
          <QueryClientProvider client={client}>
            <App />
          </QueryClientProvider>
        </MantineProvider>
      </TextProvider>
    </PreferencesProvider>
  </StrictMode>,
);
