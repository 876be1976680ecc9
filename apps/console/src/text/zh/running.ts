import type { Text } from "../en/index.ts";

export const running: Pick<Text, "running"> = {
  running: {
    anyAction: "全部操作",
    noRoutes: "目前没有使用中的线路",
    noRoutesHint: "有未完成会话或设有配额的线路会列在这里。",
    arrival: "回调到达率",
    passRate: "通过率",
    quotaUse: (used, all) => `${used} / ${all} 次每秒`,
    quotaName: (route, used, all) => `${route} 的配额：每秒 ${all} 次，正在使用 ${used} 次`,
    board: "打开队列看板",
    boardHint: "显示每个任务，内容已遮盖。仅供查看：失败任务在“待办”中放回。",
    undecided: "待处理的回调",
    due: "待查询",
    worker: "工作进程最近一次活动",
    givenUp: "失败任务",
    toWork: "打开列表",
    workerFine: "每隔几秒报告一次",
    workerNever: "启动之前不会处理任何任务",
    never: "从未",
    setInSettings: "由 RETENTION 和 REFUSALS_KEPT_DAYS 在系统启动时设定，不能在此更改。",
    pictures: "照片",
    picturesAsk: "索取照片",
    picturesWarning: "将向服务商索取此会话的照片。照片只显示一次，不会保存。谁索取、为什么，会先记录在案。",
    picturesNone: "服务商没有照片，或已不再保存。",
    picturesOnce: (count) => `${count} 张照片，未保存。关闭后即消失。`,
  },
};
