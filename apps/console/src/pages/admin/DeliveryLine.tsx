import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Mark } from "../../parts/Mark.tsx";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import styles from "./Delivery.module.css";
import { DeliveryDetail } from "./DeliveryDetail.tsx";
import { DELIVERY_TONES, type Delivery } from "./endpoint-types.ts";

type DeliveryLineProps = { delivery: Delivery; endpoint?: string; children?: ReactNode };

/** One event and how it got to an endpoint, in a line; every attempt below it, once asked for. */
export function DeliveryLine({ delivery, endpoint, children }: DeliveryLineProps) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const { id, type, state, lastError, lastStatus, endedAt, createdAt, nextAttemptAt, attempts } = delivery;
  return (
    <li>
      <div className={styles.line}>
        <span>
          <span className="mono">{type}</span>
          {endpoint ? <span className="soft"> → {endpoint}</span> : null}
          {lastStatus === null && lastError ? <span className={`soft small ${styles.error}`}>{lastError}</span> : null}
        </span>
        <Mark tone={DELIVERY_TONES[state]} dot={state === "pending" ? "live" : "full"}>
          {t.endpoints.deliveryStates[state]}
        </Mark>
        <span className="soft small">{lastStatus === null ? null : `HTTP ${lastStatus}`}</span>
        <span className="faint small">
          {nextAttemptAt ? `${t.endpoints.next} ` : null}
          <Time at={nextAttemptAt ?? endedAt ?? createdAt} as={nextAttemptAt ? "relative" : "short"} />
        </span>
        <Button variant="subtle" size="compact-sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t.endpoints.attempts(attempts)}
        </Button>
        {children}
      </div>
      {open ? <DeliveryDetail id={id} /> : null}
    </li>
  );
}
