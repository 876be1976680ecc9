import { Link } from "@tanstack/react-router";
import { Icon } from "../../parts/Icon.tsx";
import { useText } from "../../text/text.tsx";

/** A link to the session something is about. */
export function SessionLink({ id }: { id: string | null }) {
  const t = useText();
  return id ? (
    <Link
      to="/verifications/$id"
      params={{ id }}
      className="small"
      style={{ position: "relative", zIndex: 2, display: "inline-flex", alignItems: "center", gap: 2 }}
    >
      {t.work.session} <Icon name="right" size={12} />
    </Link>
  ) : null;
}
