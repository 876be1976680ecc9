import type { Text } from "../en/index.ts";

export const insight: Pick<Text, "insight"> = {
  insight: {
    hint: "会话如何结束。无论何时结束，均按开始时间统计。",
    span: "时间范围",
    spans: { "24h": "24 小时", "7d": "7 天", "30d": "30 天", "90d": "90 天" },
    allProducts: "全部产品",
    compare: "比较…",
    compareBy: { route: "按线路", product: "按产品", sceneCode: "按场景" },
    noScene: "全部",
    stale: "仍在统计",
    none: "该时段内没有记录。",
    nothing: "该时段内没有会话开始",
    outcomes: "结果",
    sessions: (count) => `${count} 个会话`,
    charts: { passRate: "通过率", time: "得出结果用时（中位数）", arrival: "收到的回调" },
    subCodes: "结果的子代码",
    pages: "用户在哪一页离开",
    pageNames: {
      LOADING: "加载",
      GUIDE: "操作指引",
      FACE: "人脸采集",
      OCR_SCAN: "证件扫描",
      OCR_RESULT: "证件信息确认",
      NFC_INPUT: "芯片：填写证件信息",
      NFC_READ: "芯片：读取",
    },
    pagesHint: "已过期的会话",
    nothingHint: "请选择更长的时段或全部产品。",
    progress: "用户走到了哪一步",
    progresses: { not_started: "从未打开", interrupted: "中途离开", finished: "已完成", unknown: "服务商无法说明" },
  },
};
