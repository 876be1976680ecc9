import type { Text } from "../en/index.ts";

export const shell: Pick<Text, "nav" | "shell" | "keys" | "roles" | "errors" | "live"> = {
  nav: { today: "今日", verifications: "核验", work: "待办", insight: "分析", admin: "管理" },
  shell: {
    navigation: "主导航",
    skip: "跳到正文",
    search: "查找任意编号",
    account: "账户：",
    security: "密码与双重验证",
    zone: "时区",
    schemes: { auto: "跟随系统", light: "浅色", dark: "深色" },
    toLight: "切换到浅色",
    toDark: "切换到深色",
    signOut: "退出登录",
  },
  keys: {
    title: "键盘快捷键",
    list: [
      [["/"], "查找编号"],
      [["j", "↓"], "下一行"],
      [["k", "↑"], "上一行"],
      [["Enter"], "打开该行"],
      [["g", "t"], "今日"],
      [["g", "v"], "核验"],
      [["g", "w"], "待办"],
      [["g", "i"], "分析"],
      [["g", "a"], "管理"],
      [["?"], "显示快捷键"],
    ],
  },
  roles: { viewer: "查看者", analyst: "分析员", operator: "运营员", auditor: "审计员", admin: "管理员" },
  errors: {
    unreachable: "无法连接 API",
    unreachableHint: "不会丢失任何数据：回调由另一个进程接收。本页会自动重试。",
    notFound: "没有这样的记录",
    forbidden: "您无权查看",
    failed: "操作没有成功",
    retry: "重试",
    noPage: "没有这个页面",
  },
  live: {
    stale: (age) => `API 没有响应。您看到的数据是 ${age} 前的。`,
    streamGone: (age) => `实时更新已中断 ${age}。期间每隔几秒查询一次数据。`,
    workerGone: (age) => `已有 ${age} 没有见到工作进程。回调仍会被接收和保存；结果要等它恢复。`,
    ever: "很久",
    live: "实时",
  },
};
