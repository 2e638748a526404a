import type { easeTexts as source } from '../en/ease.ts';
import type { Translation } from '../translation.ts';

/** Texts of the tour, the keys, notifications and diagnostics. */
export const easeTexts: Translation<typeof source> = {
  'tour.label': '导览',
  'tour.start': '开始导览',
  'tour.skip': '跳过',
  'tour.painting': '正在绘制…',
  'tour.welcome.title': '看一张图片从遮罩中浮现',
  'tour.welcome.text': '用一分钟，在本机生成一张图片，再逐步回看它的形成。一切都留在这台机器上。',
  'tour.welcome.next': '开始',
  'tour.prompt.title': '说出画面里应有什么',
  'tour.prompt.text': '这里有一条示例提示词。可以随意修改：几个简单的词效果最好。',
  'tour.prompt.next': '下一步',
  'tour.generate.title': '生成',
  'tour.generate.text': '模型从空白网格开始，先揭示最有把握的词元。在任何位置按 {key} 也可以生成。',
  'tour.generate.next': '生成',
  'tour.watch.title': '每一步都实时可见',
  'tour.watch.text': '斜线格是猜测，带框的格刚刚确定。点击任意一格，可查看模型还考虑过什么。',
  'tour.watch.next': '回看',
  'tour.scrub.title': '像影片一样拖动',
  'tour.scrub.text': '沿时间轴拖动，或按 ← 和 →。空格键可再次播放。',
  'tour.scrub.next': '下一步',
  'tour.done.title': '这就是核心所在',
  'tour.done.text': '{palette} 可找到所有命令，{shortcuts} 显示所有按键。导览也在命令列表中。',
  'tour.done.next': '开始使用',

  'shortcut.about': '点击某个操作的按键即可更改。',
  'shortcut.resetAll': '重置全部按键',
  'shortcut.change': '{name}：{keys}。更改',
  'shortcut.capturing': '{name}：请按下新的按键，按 Esc 保持不变',
  'shortcut.press': '请按键…',
  'shortcut.remove': '移除“{name}”的按键',
  'shortcut.conflict': '同时用于{names}。',
  'shortcut.take': '从那里取走',

  'notices.done': '图片已完成',
  'notices.doneMany': '{done} 张图片已完成',
  'notices.failed': '{failed} 个失败，{done} 个完成',
  'notices.allow': '允许通知',
  'notices.permission.default': '尚未询问浏览器是否可以显示通知。',
  'notices.permission.denied': '浏览器拒绝了此页面的通知；可在其网站设置中允许。',
  'notices.permission.missing': '此浏览器没有通知功能。',

  'settings.privacy': '隐私',
  'privacy.title': '一切都留在这台机器上',
  'privacy.text':
    '没有账号，没有遥测。只有当您自己开始下载或要求检查新版本时，工作室才会向其他机器发出请求。',
  'diagnostics.title': '诊断',
  'diagnostics.text':
    '供帮助您的人使用的报告：版本、硬件、引擎与最近的错误。不含您的主文件夹、姓名与提示词。报告在本机生成，不会发送到任何地方；保存前请先查看。',
  'diagnostics.prompts': '包含提示词',
  'diagnostics.collect': '生成报告',
  'diagnostics.report': '报告',
  'diagnostics.save': '保存…',
  'diagnostics.copy': '复制',
  'diagnostics.copied': '报告已复制',
};
