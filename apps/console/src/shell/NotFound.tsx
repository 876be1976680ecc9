import { Link } from "@tanstack/react-router";
import { Card } from "../parts/Card.tsx";
import { Empty, Failed } from "../parts/State.tsx";
import { useText } from "../text/text.tsx";

export function NotFound() {
  const t = useText();
  return (
    <Card>
      <Empty icon="search" title={t.errors.noPage}>
        <Link to="/">{t.nav.today}</Link>
      </Empty>
    </Card>
  );
}

export function PageError({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Card>
      <Failed error={error} retry={reset} />
    </Card>
  );
}
