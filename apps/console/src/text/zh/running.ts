import type { Text } from "../en/index.ts";

export const running: Pick<Text, "running"> = {
  running: {
    anyAction: "全部操作",
    noRoutes: "还没有线路有事可做",
    noRoutesHint: "线路有了第一个会话后会出现在这里。",
    arrival: "回调到达率",
    passRate: "通过率",
    quotaUse: (used, all) => `${used} / ${all} 次每秒`,
    quotaName: (route, used, all) => `${route} 的配额：每秒 ${all} 次，正在使用 ${used} 次`,
    board: "打开队列看板",
    boardHint: "显示每个任务，内容已遮盖。仅供查看：放弃的工作在“待办”中放回。",
    undecided: "待处理的回调",
    due: "待查询",
    worker: "工作进程",
    givenUp: "放弃的工作",
    toWork: "查看放弃的工作",
    never: "从未",
    setInSettings: "由设置（RETENTION、REFUSALS_KEPT_DAYS）决定，启动时读取：在这里谁也不能缩短。",
    pictures: "照片",
    picturesAsk: "索取照片",
    picturesWarning: "将向服务商索取此会话的照片。照片只显示一次，不会保存。谁索取、为什么，会先记录在案。",
    picturesNone: "服务商没有照片，或已不再保存。",
    picturesOnce: (count) => `${count} 张照片，未保存。关闭后即消失。`,
  },
};
