import { useText } from "../text/text.tsx";
import styles from "./SubCode.module.css";

type SubCodeProps = { product: string; code: string; claimed?: boolean; words?: boolean };

/** A sub-code with what it means, where that is known: of documents only 200 is. */
export function SubCode({ product, code, claimed = false, words = false }: SubCodeProps) {
  const t = useText();
  const known: Readonly<Record<string, string>> = t.subCodes;
  const meaning = product !== "ID_OCR" || code === "200" ? known[code] : undefined;
  const label = [meaning ?? t.parts.unknownSubCode, ...(claimed ? [t.parts.onlyClaimed] : [])].join(" · ");
  const shown = (
    <span
      title={label}
      className={`mono ${styles.code} ${claimed ? styles.claimed : ""} ${isRisk(code, product) ? styles.risk : ""}`}
    >
      {code}
    </span>
  );
  if (words) {
    return (
      <>
        {shown} {meaning ? <span className="soft">{meaning}</span> : null}
      </>
    );
  }
  return shown;
}

const isRisk = (code: string, product: string) => product !== "ID_OCR" && (code === "205" || code === "206");
