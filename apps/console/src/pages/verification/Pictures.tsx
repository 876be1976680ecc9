import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { call } from "../../api/client.ts";
import { Icon } from "../../parts/Icon.tsx";
import { ReasonDialog } from "../../parts/lazy-dialogs.ts";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import type { Picture } from "./PicturesDialog.tsx";

const PicturesDialog = lazy(async () => ({ default: (await import("./PicturesDialog.tsx")).PicturesDialog }));

/** Asks the provider for the pictures of a session, with a reason. They are held by this page alone, until it is closed. */
export function Pictures({ id }: { id: string }) {
  const t = useText();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const [pictures, setPictures] = useState<readonly Picture[] | null>(null);
  if (!may("pictures.request")) return null;
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon name="person" size={14} />}
        onClick={() => setAsking(true)}
      >
        {t.running.pictures}
      </Button>
      <Suspense>
        {asking ? (
          <ReasonDialog
            title={t.running.picturesAsk}
            action={t.running.picturesAsk}
            suggestions={t.details.suggestions}
            onClose={() => setAsking(false)}
            onDone={async (reason) => {
              const answer = await call("POST /v1/verifications/{id}/pictures", { path: { id }, body: { reason } });
              setPictures(answer.pictures);
            }}
          >
            {t.running.picturesWarning}
          </ReasonDialog>
        ) : null}
        {pictures ? <PicturesDialog pictures={pictures} onClose={() => setPictures(null)} /> : null}
      </Suspense>
    </>
  );
}
