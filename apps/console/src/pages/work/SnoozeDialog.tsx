import { SegmentedControl, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { ReasonDialog } from "../../parts/ReasonDialog.tsx";
import { useText } from "../../text/text.tsx";
import { ruleText } from "../verification/say-entry.ts";

const HOURS = ["1", "4", "24", "72"] as const;

/** Keeps a rule quiet on a route for a while: its alerts are recorded, but nobody is told. */
export function SnoozeDialog({ rule, route, onClose }: { rule: string; route: string; onClose: () => void }) {
  const t = useText();
  const client = useQueryClient();
  const [hours, setHours] = useState<string>("4");
  return (
    <ReasonDialog
      title={t.work.snooze}
      action={t.work.snooze}
      onClose={onClose}
      onDone={async (reason) => {
        const expiresAt = new Date(Date.now() + Number(hours) * 3_600_000).toISOString();
        await call("POST /v1/silences", { body: { rule, route, reason, expiresAt } });
        await client.invalidateQueries({ queryKey: ["silences"] });
      }}
    >
      <Stack gap="sm">
        <span>{t.work.snoozeHint(ruleText(rule, t), route)}</span>
        <SegmentedControl
          fullWidth
          aria-label={t.work.snooze}
          value={hours}
          onChange={setHours}
          data={HOURS.map((value) => ({ value, label: t.work.hours(Number(value)) }))}
        />
      </Stack>
    </ReasonDialog>
  );
}
