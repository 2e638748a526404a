import type { projectTexts as source } from '../en/project.ts';
import type { Translation } from '../translation.ts';

/** Texts about projects. */
export const projectTexts: Translation<typeof source> = {
  'project.title': '项目',
  'project.menu': '项目：{state}',
  'project.none': '尚未存为文件',
  'project.changed': '保存后有改动',
  'project.unchanged': '已保存',
  'project.new': '新建项目',
  'project.new.done': '已新建项目',
  'project.open': '打开项目…',
  'project.save': '保存项目',
  'project.saveAs': '项目另存为…',
  'project.download': '下载项目文件',
  'project.saved': '已保存{name}',
  'project.opened': '已打开{name}',
  'project.added': '已向图库添加 {n} 张图片。',
  'project.damaged': '有 {n} 个部分无法读取。',
  'project.recent': '最近使用',
  'project.folder': '工作室文件夹中',
  'project.noneYet': '还没有保存过项目。',
  'project.choose': '选择文件…',
  'project.fromComputer': '从本机选择…',
  'project.name': '名称',
  'project.where': '保存在 {folder}。',
  'project.taken': '已有名为“{name}”的项目。',
  'project.replace': '替换',
  'project.leave': '要先保存吗？',
  'project.leave.text': '当前内容还没有存入项目文件。无论如何，图片都会留在图库中。',
  'project.leave.named': '{name} 保存后有改动。',
  'project.leave.without': '不保存并继续',
};
