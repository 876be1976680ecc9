import type { Text } from "../en/index.ts";

export const cases: Pick<Text, "cases"> = {
  cases: {
    assign: "分派",
    assignee: "分派给",
    assignHint: "分派后即视为有人处理，其他人能看到由谁负责。",
    nobodyElse: "没有其他人可以处理此线路的告警。",
    me: (name) => `${name}（您）`,
    nobodyYet: "尚无人接手",
    somebody: "API 密钥",
    addNote: "添加备注",
    noteText: "备注",
    history: "处理经过",
    noHistory: "暂无处理。",
    history_of: {
      "alert.acknowledge": "接手了",
      "alert.assign": "分派了",
      "alert.note": "添加了备注",
      "alert.resolve": "关闭了",
    },
  },
};
