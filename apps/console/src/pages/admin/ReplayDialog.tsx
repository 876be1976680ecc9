import { Group, Input, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { errorText } from "../../parts/error-text.ts";
import { ReasonDialog } from "../../parts/ReasonDialog.tsx";
import { usePreferences } from "../../preferences/preferences.tsx";
import { useText } from "../../text/text.tsx";

/** What is to be sent again: one delivery, all that failed, or what a stretch of time brought. */
type Choice = { deliveryId: string } | { failures: true } | { from: string; to: string };

type ReplayDialogProps = {
  endpoint: { id: string; name: string };
  /** Null: it is asked which. */
  deliveryId: string | null;
  onClose: () => void;
  onDone: () => Promise<unknown>;
};

/** Has events sent to an endpoint again. How many that are is counted by the API before it is done. */
export function ReplayDialog({ endpoint: { id, name }, deliveryId, onClose, onDone }: ReplayDialogProps) {
  const t = useText();
  const { ownZone } = usePreferences();
  const [what, setWhat] = useState<"failures" | "range">("failures");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const choice = choiceOf(deliveryId, what, from, to);
  return (
    <ReasonDialog
      title={`${deliveryId === null ? t.endpoints.replay : t.endpoints.replayOne} · ${name}`}
      action={t.endpoints.replayOne}
      optional
      onClose={onClose}
      onDone={async (reason) => {
        if (!choice) throw new Error("Nothing is chosen");
        await call("POST /v1/endpoints/{id}/replay", { path: { id }, body: { ...choice, ...(reason && { reason }) } });
        await onDone();
      }}
    >
      {deliveryId === null ? (
        <Input.Wrapper label={t.endpoints.replayWhat} labelElement="div">
          <SegmentedControl
            fullWidth
            mt={4}
            aria-label={t.endpoints.replayWhat}
            value={what}
            onChange={(value) => setWhat(value as typeof what)}
            data={[
              { value: "failures", label: t.endpoints.replayFailures },
              { value: "range", label: t.endpoints.replayRange },
            ]}
          />
        </Input.Wrapper>
      ) : null}
      {deliveryId === null && what === "range" ? (
        <Group grow mt={12} align="flex-start">
          <TextInput
            type="datetime-local"
            label={t.endpoints.from}
            description={ownZone}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label={t.endpoints.to}
            description={ownZone}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </Group>
      ) : null}
      <p style={{ marginTop: 12 }} role="status">
        {choice ? <Matched id={id} choice={choice} /> : t.endpoints.chooseRange}
      </p>
    </ReasonDialog>
  );
}

/** How many would be sent again, as the API counts them. */
function Matched({ id, choice }: { id: string; choice: Choice }) {
  const t = useText();
  const count = useQuery({
    queryKey: ["endpoints", id, "replay", choice],
    queryFn: () => call("POST /v1/endpoints/{id}/replay", { path: { id }, body: { ...choice, dryRun: true } }),
    staleTime: 0,
    gcTime: 0,
  });
  if (count.isError) return errorText(count.error, t);
  if (!count.data) return t.parts.loading;
  return count.data.matched > 0 ? t.endpoints.matched(count.data.matched) : t.endpoints.noneMatched;
}

function choiceOf(deliveryId: string | null, what: "failures" | "range", from: string, to: string): Choice | null {
  if (deliveryId !== null) return { deliveryId };
  if (what === "failures") return { failures: true };
  if (!from || !to) return null;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
