/** Colours of the token states over a picture; each state also has a pattern of its own. */
export const stateColours = {
  masked: '#191b1f',
  drafted: '#8fc0ff',
  fresh: '#5fe3b4',
} as const;

function tile(side: number, draw: (context: OffscreenCanvasRenderingContext2D) => void): OffscreenCanvas {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  if (context) draw(context);
  return canvas;
}

/** A frame inside the edge of a tile. */
function frame(
  context: OffscreenCanvasRenderingContext2D,
  side: number,
  width: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(width / 2, width / 2, side - width, side - width);
}

/** Thinnest line and smallest dot that are still told apart, in pixels of the screen. */
const thinnest = 1.3;
/** Below this size on the screen a cell has room for one stroke only. */
const smallCell = 16;

/**
 * One tile a state, `side` pixels square: masked is covered and dotted, drafted hatched, just committed framed.
 * @param shown pixels of the screen that a tile will take along a side; small ones get coarser marks
 */
export function stateTiles(side: number, shown: number): Record<keyof typeof stateColours, OffscreenCanvas> {
  const pixel = side / shown;
  const line = Math.min(side / 5, Math.max(1, side / 14, thinnest * pixel));
  const small = shown < smallCell;
  return {
    masked: tile(side, (context) => {
      context.fillStyle = `${stateColours.masked}f2`;
      context.fillRect(0, 0, side, side);
      context.fillStyle = small ? '#ffffff70' : '#ffffff30';
      context.beginPath();
      context.arc(
        side / 2,
        side / 2,
        Math.min(side / 4, Math.max(0.8, side / 13, thinnest * 0.75 * pixel)),
        0,
        2 * Math.PI,
      );
      context.fill();
    }),
    drafted: tile(side, (context) => {
      context.fillStyle = `${stateColours.masked}80`;
      context.fillRect(0, 0, side, side);
      context.strokeStyle = stateColours.drafted;
      context.lineWidth = line;
      context.globalAlpha = 0.75;
      // The strokes meet those of the neighbours, so that a region reads as one hatching.
      for (const shift of small ? [-side, 0, side] : [-side, -side / 2, 0, side / 2, side]) {
        context.beginPath();
        context.moveTo(shift - line, side + line);
        context.lineTo(shift + side + line, -line);
        context.stroke();
      }
    }),
    fresh: tile(side, (context) => {
      context.fillStyle = `${stateColours.fresh}2e`;
      context.fillRect(0, 0, side, side);
      frame(context, side, line * 1.9, '#0a3a2b99');
      frame(context, side, line * 1.4, stateColours.fresh);
    }),
  };
}
