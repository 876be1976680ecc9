import { Button, Checkbox, Group, Input, NativeSelect, Textarea, TextInput } from "@mantine/core";
import type { OutputOf } from "@verdict/client";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { CHANNEL_FIELDS, type ChannelField, type ChannelKind, listOf, readChannelConfig } from "./channel-fields.ts";
import { FormDialog } from "./FormDialog.tsx";
import { newSecret } from "./new-secret.ts";

export type Channel = OutputOf<"GET /v1/channels">["items"][number];

const SEVERITIES = ["critical", "warning"] as const;
const STEPS = [0, 1, 2, 3];

/** Asks for a channel: one that is new, or what of an old one is to change. Its secrets are never shown. */
export function ChannelForm({ channel, onClose, onDone }: ChannelFormProps) {
  const t = useAdminText();
  const kinds = Object.keys(t.channels.kinds) as ChannelKind[];
  const [kind, setKind] = useState<ChannelKind>(kinds.find((one) => one === channel?.kind) ?? "webhook");
  const [config, setConfig] = useState(!channel);

  const submit = async (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? "");
    const routes = listOf(text("routes"));
    const body = {
      name: text("name").trim(),
      severities: SEVERITIES.filter((one) => form.has(one)),
      step: Number(text("step")),
      routes: routes.length > 0 ? routes : null,
    };
    const given = readChannelConfig(kind, (name) => text(`config.${name}`));
    if (!channel) await call("POST /v1/channels", { body: { ...body, config: given } });
    else {
      const changed = config ? { ...body, config: given } : body;
      await call("PATCH /v1/channels/{id}", { path: { id: channel.id }, body: changed });
    }
    await onDone();
  };

  return (
    <FormDialog
      title={channel ? t.channels.editOf(channel.name) : t.channels.add}
      action={channel ? t.admin.save : t.admin.add}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextInput name="name" label={t.admin.name} defaultValue={channel?.name ?? ""} required data-autofocus />
      {channel ? null : (
        <NativeSelect
          label={t.channels.kind}
          value={kind}
          onChange={(event) => setKind(kinds.find((one) => one === event.currentTarget.value) ?? "webhook")}
          data={kinds.map((value) => ({ value, label: t.channels.kinds[value] }))}
        />
      )}
      {config ? (
        <>
          {channel ? <p className="soft small">{t.channels.replaceAll}</p> : null}
          {CHANNEL_FIELDS[kind].map((field) => (
            <ConfigField key={`${kind} ${field.name}`} field={field} />
          ))}
        </>
      ) : (
        <Button variant="default" onClick={() => setConfig(true)}>
          {t.channels.changeConfig}
        </Button>
      )}
      <Input.Wrapper label={t.channels.severities} labelElement="div">
        <Group mt={4}>
          {SEVERITIES.map((one) => (
            <Checkbox
              key={one}
              name={one}
              label={t.severity[one]}
              defaultChecked={channel?.severities.includes(one) ?? true}
            />
          ))}
        </Group>
      </Input.Wrapper>
      <NativeSelect
        name="step"
        label={t.channels.step}
        description={t.channels.stepHint}
        defaultValue={String(channel?.step ?? 0)}
        data={STEPS.map((step) => ({ value: String(step), label: t.channels.steps(step) }))}
      />
      <TextInput
        name="routes"
        label={t.channels.routes}
        description={t.channels.routesHint}
        defaultValue={channel?.routes?.join(", ") ?? ""}
      />
    </FormDialog>
  );
}

type ChannelFormProps = { channel: Channel | null; onClose: () => void; onDone: () => Promise<unknown> };

function ConfigField({ field: { name, hint, as, optional, example } }: { field: ChannelField }) {
  const t = useAdminText();
  const [made, setMade] = useState("");
  const said = {
    name: `config.${name}`,
    label: t.channels.fields[name],
    required: !optional,
    ...(hint && { description: t.channels.hints[hint] }),
    ...(example && { placeholder: example }),
  };
  if (Array.isArray(as)) {
    const words: Readonly<Record<string, string>> = { ...t.channels.security, ...t.channels.regions };
    const { placeholder: _, ...rest } = said;
    return <NativeSelect {...rest} data={as.map((value: string) => ({ value, label: words[value] ?? value }))} />;
  }
  if (as === "pairs") return <Textarea {...said} rows={2} />;
  if (as === "number") return <TextInput {...said} type="number" defaultValue={example ?? ""} />;
  if (name === "secrets") {
    return (
      <Group align="flex-end" gap={8} wrap="nowrap">
        <TextInput
          {...said}
          style={{ flex: 1 }}
          value={made}
          onChange={(event) => setMade(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
        <Button variant="default" onClick={() => setMade(newSecret())}>
          {t.channels.makeSecret}
        </Button>
      </Group>
    );
  }
  // Readable while it is typed, since it is pasted and has to be looked over; never shown again.
  return <TextInput {...said} autoComplete="off" spellCheck={false} type={name === "password" ? "password" : "text"} />;
}
