import { Modal, Stack } from "@mantine/core";
import type { OutputOf } from "@verdict/client";
import { useText } from "../../text/text.tsx";
import styles from "./Pictures.module.css";

export type Picture = OutputOf<"POST /v1/verifications/{id}/pictures">["pictures"][number];

/** Pictures of a session, until this is closed. */
export function PicturesDialog({ pictures, onClose }: { pictures: readonly Picture[]; onClose: () => void }) {
  const t = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<b>{t.running.pictures}</b>}
      closeButtonProps={{ "aria-label": t.parts.close }}
    >
      {pictures.length === 0 ? (
        <p className="soft">{t.running.picturesNone}</p>
      ) : (
        <Stack>
          <p className="soft">{t.running.picturesOnce(pictures.length)}</p>
          <div className={styles.pictures}>
            {pictures.map(({ name, base64 }) => (
              <figure key={name}>
                <img src={`data:image/${kindOf(base64)};base64,${base64}`} alt={name} />
                <figcaption className="mono faint small">{name}</figcaption>
              </figure>
            ))}
          </div>
        </Stack>
      )}
    </Modal>
  );
}

/** What a picture is, by how it begins. */
const kindOf = (base64: string): string => (base64.startsWith("iVBOR") ? "png" : "jpeg");
