import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { FactList } from "../../parts/FactList.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { ReasonDialog } from "../../parts/lazy-dialogs.ts";
import { Failed, Loading } from "../../parts/State.tsx";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { Pictures } from "./Pictures.tsx";

/** How long what was revealed stays on the screen. */
const SHOWN_MS = 60_000;

type Detail = { field: string; value: string | null };

/** What the provider told of the person: masked, and in the clear for a minute to whoever may see it and says why. */
export function Details({ id, hasPictures }: { id: string; hasPictures: boolean }) {
  const t = useText();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const [revealed, setRevealed] = useState<readonly Detail[] | null>(null);
  const masked = useQuery({
    queryKey: ["verification", id, "details"],
    queryFn: ({ signal }) => call("GET /v1/verifications/{id}/details", { path: { id } }, { signal }),
  });
  const items = revealed ?? masked.data?.items ?? [];

  const reveal = async (reason: string) => {
    const answer = await call("POST /v1/verifications/{id}/details/reveal", { path: { id }, body: { reason } });
    setRevealed(answer.items);
    setTimeout(() => setRevealed(null), SHOWN_MS);
  };

  const mayReveal = items.length > 0 && may("personal.reveal");
  const side = (
    <span style={{ display: "inline-flex", gap: 8, flexWrap: "wrap" }}>
      {hasPictures ? <Pictures id={id} /> : null}
      {mayReveal && revealed ? (
        <Button variant="default" size="compact-sm" onClick={() => setRevealed(null)}>
          {t.details.hide}
        </Button>
      ) : mayReveal ? (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="eye" size={14} />}
          onClick={() => setAsking(true)}
        >
          {t.details.reveal}
        </Button>
      ) : null}
    </span>
  );

  return (
    <Card title={t.details.title} side={side}>
      {masked.isPending ? (
        <Loading rows={3} />
      ) : masked.isError ? (
        <Failed error={masked.error} retry={() => masked.refetch()} />
      ) : items.length === 0 ? (
        <p className="soft">{t.details.none}</p>
      ) : (
        <>
          <p className="faint small" style={{ marginBottom: 10 }}>
            {revealed ? t.details.revealed : t.details.masked}
          </p>
          <FactList
            rows={items.map(({ field, value }) => [
              t.details.fields[field] ?? field,
              <Value key={field} field={field} value={value} />,
            ])}
          />
        </>
      )}
      <Suspense>
        {asking ? (
          <ReasonDialog
            title={t.details.reveal}
            action={t.details.reveal}
            suggestions={t.details.suggestions}
            onClose={() => setAsking(false)}
            onDone={reveal}
          >
            {t.details.warning}
          </ReasonDialog>
        ) : null}
      </Suspense>
    </Card>
  );
}

/** Words for what the provider writes as a letter; all else as it stands. */
function Value({ field, value }: Detail) {
  const t = useText();
  if (value === null) return <span className="faint">{t.details.unreadable}</span>;
  const word = field in t.details.fields ? t.details.values[value] : undefined;
  return word ? <span>{word}</span> : <span className="mono">{value}</span>;
}
