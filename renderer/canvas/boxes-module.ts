import Konva from 'konva/lib/Core';
import type { CanvasManager, CanvasModule } from './canvas-manager.ts';
import { drawnShape } from './drawn-shape.ts';
import type { Point } from './mask/mask.ts';
import { useBoxes, type BoxSource, type CanvasBox } from './selection/boxes-store.ts';
import { boxHandles, handlePoint } from './tools/box-tool.ts';
import type { PolygonSketch, ToolSketch } from './tools/tool.ts';
import type { Viewport } from './viewport-module.ts';

/** A box's line says where it came from, so that its colour need not. */
const dashes: Record<BoxSource, readonly number[]> = {
  drawn: [],
  plan: [8, 5],
  ground: [14, 4],
  answer: [3, 4],
};
const handleSide = 8;
/** The four ways of the keyboard's pointer, and from where to where its arms reach, CSS pixels. */
const keyCross = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;
const keyGap = 4;
const keyArm = 13;
/** Pixels; a longer label would cover the picture. */
const mostLabelWidth = 220;
const font = '550 12px "Inter Variable", sans-serif';

/** Boxes with their labels, and what the tool in hand sketches, at screen sharpness. */
export class BoxesModule implements CanvasModule {
  readonly manager: CanvasManager;
  readonly #layer: Konva.Layer;
  readonly #stop: () => void;
  #viewport: Viewport = { x: 0, y: 0, scale: 1 };
  #sketch: ToolSketch = null;
  #keyPoint: Point | null = null;
  #look = { visible: true, opacity: 1 };

  constructor(manager: CanvasManager) {
    this.manager = manager;
    this.#layer = new Konva.Layer({ listening: false });
    this.#layer.add(
      drawnShape((context) => {
        this.#draw(context);
      }),
    );
    manager.stage.add(this.#layer);
    this.#stop = useBoxes.subscribe(() => this.#layer.batchDraw());
  }

  setSketch(sketch: ToolSketch): void {
    if (sketch === this.#sketch) return;
    this.#sketch = sketch;
    this.#layer.batchDraw();
  }

  /** Shows where the keyboard's pointer is, pixels of the picture. */
  setKeyPoint(point: Point | null): void {
    this.#keyPoint = point;
    this.#layer.batchDraw();
  }

  setLook(look: { visible: boolean; opacity: number }): void {
    this.#look = look;
    this.#layer.batchDraw();
  }

  setViewport(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#layer.batchDraw();
  }

  destroy(): void {
    this.#stop();
    this.#layer.destroy();
  }

  #draw(context: CanvasRenderingContext2D): void {
    const { boxes, selected, hidden } = useBoxes.getState();
    if (!hidden && this.#look.visible) {
      context.save();
      context.globalAlpha = this.#look.opacity;
      for (const box of boxes) if (box.visible && box.id !== selected) this.#drawBox(context, box, false);
      const chosen = boxes.find(({ id }) => id === selected);
      if (chosen?.visible) this.#drawBox(context, chosen, true);
      context.restore();
    }
    if (this.#sketch) this.#drawSketch(context, this.#sketch);
    if (this.#keyPoint) this.#drawKeyPoint(context, this.#keyPoint);
  }

  #drawBox(context: CanvasRenderingContext2D, box: CanvasBox, isSelected: boolean): void {
    const { x, y, scale } = this.#viewport;
    const left = Math.round(x + box.x0 * scale) + 0.5;
    const top = Math.round(y + box.y0 * scale) + 0.5;
    const width = Math.round((box.x1 - box.x0) * scale);
    const height = Math.round((box.y1 - box.y0) * scale);
    context.setLineDash([]);
    context.lineWidth = isSelected ? 5 : 4;
    context.strokeStyle = '#00000090';
    context.strokeRect(left, top, width, height);
    context.setLineDash([...dashes[box.source]]);
    context.lineWidth = isSelected ? 3 : 2;
    context.strokeStyle = box.colour;
    context.strokeRect(left, top, width, height);
    context.setLineDash([]);
    if (box.label) drawLabel(context, box, left, top);
    if (!isSelected) return;
    for (const handle of boxHandles) {
      const point = handlePoint(box, handle);
      const at = { x: Math.round(x + point.x * scale) + 0.5, y: Math.round(y + point.y * scale) + 0.5 };
      context.fillStyle = '#ffffff';
      context.strokeStyle = '#000000c0';
      context.lineWidth = 1;
      context.beginPath();
      context.rect(at.x - handleSide / 2, at.y - handleSide / 2, handleSide, handleSide);
      context.fill();
      context.stroke();
    }
  }

  #drawSketch(context: CanvasRenderingContext2D, sketch: NonNullable<ToolSketch>): void {
    const { x, y, scale } = this.#viewport;
    const path = new Path2D();
    if (sketch.kind === 'ring') {
      const radius = Math.max(1.5, sketch.radius * scale);
      path.arc(x + sketch.centre.x * scale, y + sketch.centre.y * scale, radius, 0, 2 * Math.PI);
    } else if (sketch.kind === 'rectangle' || sketch.kind === 'oval') {
      const { from, to } = sketch;
      const [width, height] = [Math.abs(to.x - from.x) * scale, Math.abs(to.y - from.y) * scale];
      const [left, top] = [x + Math.min(from.x, to.x) * scale, y + Math.min(from.y, to.y) * scale];
      if (sketch.kind === 'rectangle') path.rect(left, top, width, height);
      else path.ellipse(left + width / 2, top + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
    } else if (sketch.kind === 'polygon') {
      const points = sketch.next ? [...sketch.points, sketch.next] : sketch.points;
      for (const point of points) path.lineTo(x + point.x * scale, y + point.y * scale);
      if (sketch.closes) path.closePath();
    } else {
      for (const point of sketch.points) path.lineTo(x + point.x * scale, y + point.y * scale);
      path.closePath();
    }
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = '#000000a0';
    context.stroke(path);
    context.lineWidth = 1.25;
    context.strokeStyle = '#ffffff';
    // Taking away is dashed, whatever the shape.
    context.setLineDash(sketch.erases ? [4, 4] : []);
    context.stroke(path);
    context.setLineDash([]);
    if (sketch.kind === 'polygon') this.#drawCorners(context, sketch);
  }

  /** A cross that leaves its middle free, seen on any picture. */
  #drawKeyPoint(context: CanvasRenderingContext2D, point: Point): void {
    const x = Math.round(this.#viewport.x + point.x * this.#viewport.scale) + 0.5;
    const y = Math.round(this.#viewport.y + point.y * this.#viewport.scale) + 0.5;
    const path = new Path2D();
    for (const [dx, dy] of keyCross) {
      path.moveTo(x + dx * keyGap, y + dy * keyGap);
      path.lineTo(x + dx * keyArm, y + dy * keyArm);
    }
    context.lineWidth = 4;
    context.strokeStyle = '#000000c0';
    context.stroke(path);
    context.lineWidth = 2;
    context.strokeStyle = '#ffffff';
    context.stroke(path);
  }

  /** Corners as dots; the first one is larger, because a press on it closes the shape. */
  #drawCorners(context: CanvasRenderingContext2D, { points, closes }: PolygonSketch): void {
    const { x, y, scale } = this.#viewport;
    context.lineWidth = 1;
    context.strokeStyle = '#000000c0';
    for (const [i, point] of points.entries()) {
      const isFirst = i === 0;
      const radius = isFirst ? (closes ? 7 : 5) : 3;
      context.fillStyle = isFirst && closes ? '#5fe3b4' : '#ffffff';
      context.beginPath();
      context.arc(x + point.x * scale, y + point.y * scale, radius, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
}

function drawLabel(context: CanvasRenderingContext2D, box: CanvasBox, left: number, top: number): void {
  context.font = font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const words = fitWords(context, box.label, mostLabelWidth - 12);
  const width = context.measureText(words).width + 12;
  const height = 20;
  // Above the box, or just inside it where the picture's edge leaves no room.
  const y = top - height >= 0 ? top - height : top;
  context.fillStyle = box.colour;
  context.beginPath();
  context.roundRect(left - 1, y, width, height, 4);
  context.fill();
  context.fillStyle = '#101113';
  context.fillText(words, left + 5, y + height / 2 + 0.5);
}

/** The words, shortened with an ellipsis to at most so many pixels in the font of the context. */
function fitWords(context: CanvasRenderingContext2D, words: string, most: number): string {
  if (context.measureText(words).width <= most) return words;
  const letters = [...words];
  let kept = 0;
  let beyond = letters.length;
  while (beyond - kept > 1) {
    const middle = (kept + beyond) >> 1;
    const start = letters.slice(0, middle).join('').trimEnd();
    if (context.measureText(`${start}…`).width <= most) kept = middle;
    else beyond = middle;
  }
  return `${letters.slice(0, kept).join('').trimEnd()}…`;
}
