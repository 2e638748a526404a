import type { runsTexts as source } from '../en/runs.ts';
import type { Translation } from '../translation.ts';

/** Texts about runs, the queue and results. */
export const runsTexts: Translation<typeof source> = {
  'run.generate': '生成',
  'run.generateMany': '生成 {n} 张',
  'run.cancel': '取消',
  'run.cancelling': '正在取消…',
  'run.queueMore': '加入队列',
  'run.retry': '重试',
  'run.ofSteps': '{step} / {steps}',

  'failure.atStep': '发生在第 {step} 步。',

  'phase.queue': '等待中',
  'phase.load': '正在加载模型',
  'phase.prepare': '正在准备',
  'phase.see': '正在看图',
  'phase.plan': '正在规划',
  'phase.critique': '正在评判图片',
  'phase.answer': '正在回答',
  'phase.unmask': '正在揭示',
  'phase.decode': '正在解码',
  'phase.save': '正在保存',

  'hud.tokens': '词元的 {n} %',
  'hud.left': '还需 {time}',
  'hud.cancelled': '已取消',
  'hud.cancelled.at': '止于第 {step} / {steps} 步，未保存',
  'hud.announce': '第 {step} 步，共 {steps} 步。',
  'hud.finished': '已完成。',

  'queue.title': '队列',
  'queue.label': '运行队列',
  'queue.empty': '没有等待中的运行。',
  'queue.cancelAll': '全部取消',
  'queue.seed': '种子 {seed}',

  'results.title': '结果',
  'results.label': '结果',
  'results.open': '{prompt}，种子 {seed}',
  'results.running': '运行中：{prompt}',
  'results.queued': '等待中：{prompt}',
  'results.cancel': '取消此次运行',
  'results.useSettings': '沿用这些设置',
  'results.useSeed': '沿用此种子',
  'results.recalled': '已调回提示词与设置',
  'results.recalled.detail': '“撤销”可恢复原来的内容。',
  'results.seedRecalled': '已调回并锁定种子 {seed}',
  'results.problems': '无法读取的文件',
  'results.problems.text': '这些文件留在输出文件夹中，未作改动。',

  'caption.edit': '编辑自 {name}',
  'caption.facts': '种子 {seed} · CFG {cfg}',

  'copy.picture': '图片已复制',
  'copy.prompt': '提示词已复制',
  'copy.refused': '无法写入剪贴板',
  'copy.refused.detail': '浏览器拒绝了写入：请点击窗口后重试。',
};
