import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const verdict: MantineColorsTuple = [
  "#eef3fc",
  "#dae5f8",
  "#b4caf0",
  "#8badE8",
  "#6a94e1",
  "#4a7ad4",
  "#3a69c6",
  "#2f5bb7",
  "#264c9c",
  "#1f3f83",
];

/** Greys that lean to blue, as the rest of the page does. */
const dark: MantineColorsTuple = [
  "#e8ebf0",
  "#b1b9c6",
  "#98a1b0",
  "#767f8e",
  "#3a424f",
  "#262c37",
  "#1c212a",
  "#161a21",
  "#11151b",
  "#0e1116",
];

const SANS = `"Inter", system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif`;

export const theme = createTheme({
  primaryColor: "verdict",
  primaryShade: { light: 7, dark: 6 },
  colors: { verdict, dark },
  fontFamily: SANS,
  fontFamilyMonospace: `ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace`,
  defaultRadius: "md",
  cursorType: "pointer",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  components: {
    Button: { defaultProps: { size: "sm" } },
    InputWrapper: { defaultProps: { withAsterisk: false } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    Modal: {
      defaultProps: { centered: true, radius: "lg", overlayProps: { backgroundOpacity: 0.35 } },
      styles: { title: { lineHeight: 1.35 } },
    },
  },
});

/** Mantine's own greys for small text are too light to be read by everybody. */
export const resolveColours: CSSVariablesResolver = () => {
  const grey = "var(--ink-faint)";
  const readable = { "--mantine-color-dimmed": grey, "--mantine-color-placeholder": grey };
  return { variables: {}, light: readable, dark: readable };
};
