import { Button, Group } from "@mantine/core";
import { Suspense, useState } from "react";
import { call } from "../../api/client.ts";
import { Icon } from "../../parts/Icon.tsx";
import { ReasonDialog } from "../../parts/lazy-dialogs.ts";
import { isOpen, type Verification } from "../../parts/tones.ts";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";

/** What a person can do to a session, each with a reason: have the provider asked once more, or end it. */
export function Actions({ verification, onDone }: { verification: Verification; onDone: () => Promise<unknown> }) {
  const t = useText();
  const may = useMay();
  const [act, setAct] = useState<"recheck" | "void" | null>(null);
  const path = { id: verification.id };
  const run = async (reason: string) => {
    const input = { path, body: { reason } };
    await (act === "void"
      ? call("POST /v1/verifications/{id}/void", input)
      : call("POST /v1/verifications/{id}/recheck", input));
    await onDone();
  };
  // A face check has nothing to ask about afterwards.
  const canRecheck =
    may("verifications.recheck") && verification.transactionId && verification.product !== "FACE_IDU_MIN";
  return (
    <Group gap="xs">
      {canRecheck ? (
        <Button variant="default" leftSection={<Icon name="refresh" size={15} />} onClick={() => setAct("recheck")}>
          {t.verification.recheck}
        </Button>
      ) : null}
      {may("verifications.void") && isOpen(verification.status) ? (
        <Button variant="default" leftSection={<Icon name="stop" size={15} />} onClick={() => setAct("void")}>
          {t.verification.void}
        </Button>
      ) : null}
      <Suspense>
        {act ? (
          <ReasonDialog
            title={t.verification[act]}
            action={t.verification[act]}
            danger={act === "void"}
            onClose={() => setAct(null)}
            onDone={run}
          >
            {act === "void" ? t.verification.voidHint : t.verification.recheckHint}
          </ReasonDialog>
        ) : null}
      </Suspense>
    </Group>
  );
}
