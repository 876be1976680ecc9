import type { ReactNode } from "react";
import { Icon, type IconName } from "../../parts/Icon.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { SubCode } from "../../parts/SubCode.tsx";
import type { Verification } from "../../parts/tones.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import styles from "./Compare.module.css";

/** What the callback claimed beside what the provider confirmed. Only the second counts. */
export function Compare({
  verification: { product, claim, passed, subCode, outcome },
}: {
  verification: Verification;
}) {
  const t = useText();
  const relation = relate(claim, passed, subCode);
  const looks = {
    agree: ["check", styles.agree],
    contradict: ["cross", styles.contradict],
    waiting: ["clock", ""],
    none: ["right", ""],
  } as const satisfies { [key in typeof relation]: readonly [IconName, string | undefined] };
  const [icon, colour] = looks[relation];

  return (
    <div className={styles.compare}>
      <Side title={t.compare.claim}>
        {claim ? (
          <>
            <Said passed={claim.passed} claimed />
            <span>
              <SubCode product={product} code={claim.subCode} claimed words />
            </span>
            {claim.receivedAt ? (
              <span className="faint small">
                <Time at={claim.receivedAt} as="long" />
              </span>
            ) : null}
          </>
        ) : (
          <span className="soft">{product === "FACE_IDU_MIN" ? t.compare.answersAtOnce : t.compare.noCallback}</span>
        )}
      </Side>
      <div className={`${styles.between} ${colour}`}>
        <Icon name={icon} size={20} />
        {t.compare[relation]}
      </div>
      <Side title={t.compare.confirmed}>
        {passed === null ? (
          <span className="soft">{t.compare.notConfirmed}</span>
        ) : (
          <>
            <Said passed={passed} />
            {subCode ? (
              <span>
                <SubCode product={product} code={subCode} words />
              </span>
            ) : null}
            {outcome?.confirmedAt ? (
              <span className="faint small">
                <Time at={outcome.confirmedAt} as="long" />
              </span>
            ) : null}
          </>
        )}
      </Side>
    </div>
  );
}

function Side({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.side}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Said({ passed, claimed = false }: { passed: boolean; claimed?: boolean }) {
  const t = useText();
  return (
    <span>
      <Mark tone={passed ? "good" : "bad"} dot={claimed ? "hollow" : passed ? "full" : "square"}>
        {passed ? t.status.passed : t.status.failed}
      </Mark>
    </span>
  );
}

/** How the two stand to each other. A sub-code that only one of them names says nothing against the other. */
function relate(claim: Verification["claim"], passed: boolean | null, subCode: string | null) {
  if (!claim) return "none";
  if (passed === null) return "waiting";
  return claim.passed === passed && (!subCode || claim.subCode === subCode) ? "agree" : "contradict";
}
