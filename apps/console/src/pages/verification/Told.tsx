import { useQueries, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import styles from "../admin/Delivery.module.css";
import { DeliveryLine } from "../admin/DeliveryLine.tsx";

/** More endpoints than these are looked at one by one, in Admin. */
const ENDPOINTS_MOST = 20;

/** What the company's own systems were told of a session, and how they took it. Nothing where there is nobody to tell. */
export function Told({ id }: { id: string }) {
  const t = useText();
  const may = useMay()("endpoints.read");
  const endpoints = useQuery({
    queryKey: ["endpoints"],
    queryFn: ({ signal }) => call("GET /v1/endpoints", {}, { signal }),
    enabled: may,
    staleTime: 30_000,
  });
  const found = useQueries({
    queries: (endpoints.data?.items ?? []).slice(0, ENDPOINTS_MOST).map((endpoint) => ({
      queryKey: ["verification", id, "deliveries", endpoint.id],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const query = { verificationId: id, limit: 50 };
        const { items } = await call(
          "GET /v1/endpoints/{id}/deliveries",
          { path: { id: endpoint.id }, query },
          { signal },
        );
        return items.map((delivery) => ({ delivery, endpoint: endpoint.name }));
      },
    })),
  });
  if (!endpoints.data || endpoints.data.items.length === 0) return null;
  const told = found
    .flatMap(({ data }) => data ?? [])
    .sort((a, b) => a.delivery.createdAt.localeCompare(b.delivery.createdAt));
  return (
    <Card title={t.endpoints.told}>
      {told.length === 0 ? (
        <p className="soft">{t.endpoints.toldNone}</p>
      ) : (
        <ul className={styles.list}>
          {told.map(({ delivery, endpoint }) => (
            <DeliveryLine key={delivery.id} delivery={delivery} endpoint={endpoint} />
          ))}
        </ul>
      )}
    </Card>
  );
}
