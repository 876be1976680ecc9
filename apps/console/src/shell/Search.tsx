import { TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import type { Ref } from "react";
import { Icon } from "../parts/Icon.tsx";
import { useText } from "../text/text.tsx";

/** Takes any id anybody has at hand, and goes to the list of what it finds. */
export function Search({ inputRef }: { inputRef: Ref<HTMLInputElement> }) {
  const t = useText();
  const navigate = useNavigate();
  const wide = useMediaQuery("(min-width: 901px)");
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const input = event.currentTarget.elements.namedItem("find") as HTMLInputElement;
          const q = input.value.trim();
          if (q) void navigate({ to: "/verifications", search: { q } });
          input.value = "";
        }}
      >
        <TextInput
          ref={inputRef}
          name="find"
          type="search"
          aria-label={t.shell.search}
          placeholder={t.shell.search}
          leftSection={<Icon name="search" size={16} />}
          rightSection={wide ? <kbd className="faint small">/</kbd> : null}
          autoComplete="off"
          spellCheck={false}
        />
      </form>
    </search>
  );
}
