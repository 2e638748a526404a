import type { PixelRect } from '../mask/mask.ts';

/** Where pictures lie on the canvas: screen = picture · scale + (x, y). */
interface Place {
  x: number;
  y: number;
  scale: number;
}

const handleSide = 8;

/** Dims what the model does not see of the picture and draws a line around what it sees. */
export function drawFrame(
  context: CanvasRenderingContext2D,
  square: PixelRect,
  bounds: PixelRect,
  place: Place,
  inHand: boolean,
): void {
  const seesAll =
    square.x0 <= bounds.x0 && square.y0 <= bounds.y0 && square.x1 >= bounds.x1 && square.y1 >= bounds.y1;
  if (seesAll && !inHand) return;
  context.save();
  // What the square has beyond the picture stays as it is.
  const inside = new Path2D();
  inside.rect(...onScreen(bounds, place));
  context.clip(inside);
  context.beginPath();
  context.rect(...onScreen(bounds, place));
  context.rect(...onScreen(square, place));
  context.fillStyle = '#000000a6';
  context.fill('evenodd');
  context.restore();
  context.lineWidth = 3;
  context.strokeStyle = '#000000a0';
  context.strokeRect(...onScreen(square, place));
  context.lineWidth = inHand ? 1.5 : 1;
  context.strokeStyle = inHand ? '#ffffff' : '#ffffffb0';
  context.setLineDash(inHand ? [] : [6, 4]);
  context.strokeRect(...onScreen(square, place));
  context.setLineDash([]);
}

/** Handles on the corners and sides of what the frame tool can change. */
export function drawHandles(context: CanvasRenderingContext2D, rect: PixelRect, place: Place): void {
  const [left, top, width, height] = onScreen(rect, place);
  context.lineWidth = 1;
  context.fillStyle = '#ffffff';
  context.strokeStyle = '#000000c0';
  for (const x of [0, 0.5, 1]) {
    for (const y of [0, 0.5, 1]) {
      if (x === 0.5 && y === 0.5) continue;
      context.beginPath();
      context.rect(
        Math.round(left + x * width - handleSide / 2) + 0.5,
        Math.round(top + y * height - handleSide / 2) + 0.5,
        handleSide,
        handleSide,
      );
      context.fill();
      context.stroke();
    }
  }
}

function onScreen({ x0, y0, x1, y1 }: PixelRect, { x, y, scale }: Place): [number, number, number, number] {
  return [x + x0 * scale, y + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale];
}
