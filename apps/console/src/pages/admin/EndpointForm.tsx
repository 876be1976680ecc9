import { MultiSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { listOf } from "./channel-fields.ts";
import { type Endpoint, EVENT_TYPES, type EventType } from "./endpoint-types.ts";
import { FormDialog } from "./FormDialog.tsx";

type EndpointFormProps = {
  endpoint: Endpoint | null;
  onClose: () => void;
  /** `secret`: of a new one, shown this once. */
  onDone: (saved: { id: string; name: string; secret?: string; warning: string | null }) => Promise<unknown>;
};

/** Asks for an endpoint: one that is new, or what of an old one is to change. */
export function EndpointForm({ endpoint, onClose, onDone }: EndpointFormProps) {
  const t = useAdminText();
  const [types, setTypes] = useState<string[]>(endpoint?.types ?? []);
  const submit = async (form: FormData) => {
    const routes = listOf(String(form.get("routes")));
    const body = {
      name: String(form.get("name")).trim(),
      url: String(form.get("url")).trim(),
      types: types.length > 0 ? (types as EventType[]) : null,
      routes: routes.length > 0 ? routes : null,
    };
    await onDone(
      endpoint
        ? await call("PATCH /v1/endpoints/{id}", { path: { id: endpoint.id }, body })
        : await call("POST /v1/endpoints", { body }),
    );
  };
  return (
    <FormDialog
      title={endpoint ? t.endpoints.editOf(endpoint.name) : t.admin.addEndpoint}
      action={endpoint ? t.admin.save : t.admin.add}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextInput name="name" label={t.admin.name} defaultValue={endpoint?.name ?? ""} required data-autofocus />
      <TextInput name="url" type="url" label="URL" placeholder="https://" defaultValue={endpoint?.url ?? ""} required />
      <MultiSelect
        label={t.endpoints.types}
        description={t.endpoints.typesHint}
        data={[...EVENT_TYPES]}
        value={types}
        onChange={setTypes}
        searchable
        clearable
      />
      <TextInput
        name="routes"
        label={t.channels.routes}
        description={t.channels.routesHint}
        defaultValue={endpoint?.routes?.join(", ") ?? ""}
      />
    </FormDialog>
  );
}
