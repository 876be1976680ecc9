import { Button, Modal, NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { Listed } from "../../parts/Listed.tsx";
import { More } from "../../parts/More.tsx";
import { Empty } from "../../parts/State.tsx";
import { usePages } from "../../parts/use-pages.ts";
import { useMay } from "../../session/me.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import styles from "./Delivery.module.css";
import { DeliveryLine } from "./DeliveryLine.tsx";
import type { Endpoint } from "./endpoint-types.ts";
import { ReplayDialog } from "./ReplayDialog.tsx";

const STATES = ["pending", "delivered", "given_up"] as const;

/** What was told to an endpoint and how it answered, and a way to have it told again. */
export function Deliveries({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const t = useAdminText();
  const client = useQueryClient();
  const mayReplay = useMay()("endpoints.write") && endpoint.state === "active";
  const { id, name } = endpoint;
  const [state, setState] = useState("");
  /** The delivery to send again; `all`: it is asked which. */
  const [replaying, setReplaying] = useState<string | "all" | null>(null);
  const { query, rows } = usePages(["endpoints", id, "deliveries", state], (page, signal) =>
    call(
      "GET /v1/endpoints/{id}/deliveries",
      { path: { id }, query: { ...page, ...(state && { state }) } },
      { signal },
    ),
  );
  if (replaying !== null) {
    return (
      <ReplayDialog
        endpoint={endpoint}
        deliveryId={replaying === "all" ? null : replaying}
        onClose={() => setReplaying(null)}
        onDone={() => client.invalidateQueries({ queryKey: ["endpoints"] })}
      />
    );
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={<b>{t.admin.deliveriesTo(name)}</b>}
      closeButtonProps={{ "aria-label": t.parts.close }}
    >
      {endpoint.state === "disabled" ? <p className="soft">{t.endpoints.isOff}</p> : null}
      <div className={styles.bar}>
        <NativeSelect
          aria-label={t.fields.status}
          value={state}
          onChange={(event) => setState(event.currentTarget.value)}
          data={[
            { value: "", label: t.endpoints.any },
            ...STATES.map((value) => ({ value, label: t.endpoints.deliveryStates[value] })),
          ]}
        />
        {mayReplay ? <Button onClick={() => setReplaying("all")}>{t.endpoints.replay}</Button> : null}
      </div>
      <Listed query={query} count={rows.length} empty={<Empty icon="box" title={t.admin.noDeliveries} />}>
        <ul className={styles.list}>
          {rows.map((one) => (
            <DeliveryLine key={one.id} delivery={one}>
              {mayReplay ? (
                <Button variant="default" size="compact-sm" onClick={() => setReplaying(one.id)}>
                  {t.endpoints.replayOne}
                </Button>
              ) : null}
            </DeliveryLine>
          ))}
        </ul>
        <More query={query} />
      </Listed>
    </Modal>
  );
}
