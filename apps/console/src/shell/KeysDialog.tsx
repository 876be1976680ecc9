import { Modal } from "@mantine/core";
import { useText } from "../text/text.tsx";
import styles from "./KeysDialog.module.css";

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  return (
    <Modal opened onClose={onClose} title={<b>{t.keys.title}</b>} closeButtonProps={{ "aria-label": t.parts.close }}>
      <dl className={styles.keys}>
        {t.keys.list.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
