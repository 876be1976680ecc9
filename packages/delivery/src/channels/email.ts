import { z } from "zod";
import { factsOf, headline, type Notice } from "../notice.ts";
import { cut } from "../text.ts";
import { secretField } from "./secret-field.ts";

/** Mailboxes, told through a mail server. */
export const emailChannel = z.strictObject({
  kind: z.literal("email"),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535).default(587),
  /** `starttls` fails where the server offers no TLS; `none` is only for servers an operator has allowed. */
  security: z.enum(["tls", "starttls", "none"]).default("starttls"),
  username: z.string().min(1).max(320).optional(),
  password: secretField(z.string().min(1).max(1_000).optional()),
  from: z.email(),
  to: z.array(z.email()).min(1).max(20),
});

export type EmailMessage = {
  from: string;
  to: string[];
  subject: string;
  text: string;
  messageId: string;
  references: string;
  headers: Record<string, string>;
};

/**
 * A plain mail. Its Message-ID is the notice's, so a mail that is sent twice is one for most mailboxes; all mails about one
 * alert refer to the same id and show as one conversation. Out-of-office answers are asked not to come (RFC 3834).
 */
export function emailMessage(notice: Notice, { from, to }: z.output<typeof emailChannel>): EmailMessage {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const facts = factsOf(notice).map(([name, value]) => `${name}: ${value}`);
  const links = [`Open: ${notice.deepLink}`, `Runbook: ${notice.runbookLink}`];
  return {
    from,
    to,
    subject: cut(headline(notice), 200),
    text: `${[headline(notice), notice.summary, facts.join("\n"), links.join("\n")].join("\n\n")}\n`,
    messageId: `<${notice.noticeId}.notice@${domain}>`,
    references: `<${notice.alertId}.alert@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "X-Verdict-Rule": notice.rule },
  };
}
