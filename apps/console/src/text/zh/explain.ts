import type { Because } from "../because.ts";
import type { Text } from "../en/index.ts";
import { words } from "./words.ts";

export const explain: Pick<Text, "explain"> = {
  explain: {
    unconfirmed: ({ at }) => `服务商尚未确认该会话；会话将于 ${at} 自动结束。`,
    awaits_user: ({ at }) => `正在等待用户，用户可在 ${at} 之前完成。`,
    claim_unconfirmed: (said) => `有回调声明${verdict(said)}；服务商尚未确认。`,
    confirmed: (said) => `服务商已确认：${verdict(said)}。`,
    claim_without_result: (said) => `曾有回调声明${verdict(said)}，但服务商没有结果。`,
    never_opened: () => "用户未在期限内完成：会话从未被打开。",
    broke_off: ({ page, code }) =>
      `用户未在期限内完成：中断${page ? `于页面 ${page}` : ""}${code ? `，客户端代码 ${code}` : ""}。`,
    not_finished: () => "用户未在期限内完成。",
    start_refused: ({ code }) => `服务商拒绝开启该会话：${code}。`,
    start_unconfirmed: () => "服务商始终没有确认该会话，因此没有人能够完成它。",
    answer_lost: () => "这次人脸比对的答复已丢失。比对可能已经执行并计费；再次查询会再次计费。",
    result_deleted: () => "服务商在结果被读取之前已将其删除。",
    voided: () => "此核验已被人工作废。",
    asked_next: ({ at }) => `下一次查询服务商：${at}。`,
  },
};

function verdict({ passed, subCode, known }: Because): string {
  if (passed === null) return "没有内容";
  const said = passed ? "通过" : "未通过";
  const meanings: Readonly<Record<string, string>> = words.subCodes;
  if (!subCode) return said;
  return `${said}，子代码 ${subCode}${known ? `（${meanings[subCode]}）` : ""}`;
}
