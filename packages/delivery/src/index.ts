export type { ChannelConfig, ChannelKind } from "./channels/channel.ts";
export {
  CHANNEL_KINDS,
  channelConfig,
  joinSecrets,
  maskSecrets,
  secretFields,
  splitSecrets,
} from "./channels/channel.ts";
export { type ChannelCheck, checkChannel } from "./channels/check-channel.ts";
export type { Outcome, SendFailure } from "./channels/outcome.ts";
export { send } from "./channels/send.ts";
export { type DeliveryClient, type DeliveryClientOptions, openDeliveryClient, type Posted } from "./delivery-client.ts";
export { type AllowList, PUBLIC_ONLY, type Target } from "./guard/allow-list.ts";
export { checkHost, checkUrl } from "./guard/check-url.ts";
export { explainRefusal } from "./guard/explain-refusal.ts";
export { type AddressRefusal, type AddressVerdict, judgeAddress } from "./guard/judge-address.ts";
export { type HostRefusal, judgeHost } from "./guard/judge-host.ts";
export { judgeUrl, URL_LENGTH_MAX, type UrlRefusal, type UrlVerdict } from "./guard/judge-url.ts";
export { type Resolve, systemResolve } from "./guard/resolve-target.ts";
export { type Notice, type NoticeKind, runbookLink } from "./notice.ts";
export { deliverWebhook, type WebhookAttempt, type WebhookDelivery } from "./webhooks/deliver-webhook.ts";
export { type AnswerMeaning, judgeAnswer } from "./webhooks/judge-answer.ts";
export { nextAttempt, RETRY_DELAYS_MS } from "./webhooks/retry-schedule.ts";
export { newWebhookSecret, signWebhook, type WebhookMessage, webhookSecret } from "./webhooks/sign-webhook.ts";
