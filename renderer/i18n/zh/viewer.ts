import type { viewerTexts as source } from '../en/viewer.ts';
import type { Translation } from '../translation.ts';

/** Texts of the canvas. */
export const viewerTexts: Translation<typeof source> = {
  'viewer.label': '画布',
  'viewer.empty.label': '还没有图片',
  'viewer.picture': '画面',
  'viewer.pictureNamed': '图片 {name}',
  'viewer.pictureOf': '“{prompt}”，第 {step} 步，共 {steps} 步',

  'empty.title': '从噪声到画面，一个词元接一个词元',
  'empty.text': '描述一个场景，然后按“生成”。每一步都会实时显示，之后还可以来回拖动查看。',
  'empty.open': '或者打开、拖入、粘贴一张图片',
  'empty.facts': '{size} × {size} 像素，由 {codes} 个图像词元组成，默认 {steps} 步',

  'canvas.zoom': '缩放',
  'canvas.zoomIn': '放大',
  'canvas.zoomOut': '缩小',
  'canvas.fit': '适合窗口',
  'canvas.actual': '实际大小 (100 %)',
  'canvas.double': '两倍大小 (200 %)',
  'canvas.fourfold': '四倍大小 (400 %)',
  'canvas.smooth': '平滑像素',

  'tool.move': '移动画布',
  'tool.inspect': '查看词元',
};
