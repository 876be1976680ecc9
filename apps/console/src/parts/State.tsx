import { Button, Skeleton, Stack } from "@mantine/core";
import { ProblemError } from "@verdict/client";
import type { ReactNode } from "react";
import { useText } from "../text/text.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import styles from "./State.module.css";

/** What stands where there is nothing to show, and what can be done about it. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className={styles.state}>
      <span className={styles.drawing}>
        <Icon name={icon} size={22} />
      </span>
      <p className={styles.title}>{title}</p>
      {children ? <div className={styles.hint}>{children}</div> : null}
    </div>
  );
}

/** An error in the words of the API, with a way to try again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useText();
  return (
    <div role="alert">
      <Empty icon="warn" title={titleOf(error, t)}>
        <Stack align="center" gap="sm">
          <span>{error instanceof ProblemError ? error.message : t.errors.unreachableHint}</span>
          {retry ? (
            <Button variant="default" onClick={retry}>
              {t.errors.retry}
            </Button>
          ) : null}
        </Stack>
      </Empty>
    </div>
  );
}

function titleOf(error: unknown, t: ReturnType<typeof useText>): string {
  if (!(error instanceof ProblemError)) return t.errors.unreachable;
  if (error.status === 404) return t.errors.notFound;
  if (error.status === 403) return t.errors.forbidden;
  return t.errors.failed;
}

/** Grey lines where rows will be. */
export function Loading({ rows = 6, height = 20 }: { rows?: number; height?: number }) {
  const t = useText();
  return (
    <Stack gap="md" p="lg" role="status" aria-label={t.parts.loading}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius="sm" width={`${100 - ((row * 17) % 30)}%`} />
      ))}
    </Stack>
  );
}
