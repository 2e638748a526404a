import type { snapshotTexts as source } from '../en/snapshots.ts';
import type { Translation } from '../translation.ts';

/** Texts about snapshots of the canvas. */
export const snapshotTexts: Translation<typeof source> = {
  'snapshot.title': '画布快照',
  'snapshot.take': '保留画布快照',
  'snapshot.list': '画布快照…',
  'snapshot.name': '快照 {n}',
  'snapshot.newName': '新快照的名称',
  'snapshot.keep': '保留',
  'snapshot.taken': '已保留为“{name}”',
  'snapshot.none':
    '快照保留画布当前的样子：图片、蒙版、方框、显示的图层和待选结果。尝试之前先保留一个，随时都能回来。',
  'snapshot.restore': '恢复：{name}',
  'snapshot.restore.about': '恢复到画布；撤销可回到现在的样子',
  'snapshot.restored': '画布已恢复为“{name}”',
  'snapshot.rename': '快照名称',
  'snapshot.remove': '删除：{name}',
  'snapshot.removed': '已删除“{name}”',
  'snapshot.gone': '资料库中已没有它的图片',
  'snapshot.full': '已放不下更多快照。',
  'snapshot.full.action': '删除一个不需要的快照，然后重试。',
};
