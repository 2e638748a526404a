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

/** One tile a state, `side` pixels square: masked is covered and dotted, drafted hatched, just committed framed. */
export function stateTiles(side: number): Record<keyof typeof stateColours, OffscreenCanvas> {
  const line = Math.max(1, side / 14);
  return {
    masked: tile(side, (context) => {
      context.fillStyle = `${stateColours.masked}f2`;
      context.fillRect(0, 0, side, side);
      context.fillStyle = '#ffffff30';
      context.beginPath();
      context.arc(side / 2, side / 2, Math.max(0.8, side / 13), 0, 2 * Math.PI);
      context.fill();
    }),
    drafted: tile(side, (context) => {
      context.fillStyle = `${stateColours.masked}80`;
      context.fillRect(0, 0, side, side);
      context.strokeStyle = stateColours.drafted;
      context.lineWidth = line;
      context.globalAlpha = 0.75;
      // Two strokes a tile meet those of the neighbours, so that a region reads as one hatching.
      for (const shift of [-side, -side / 2, 0, side / 2, side]) {
        context.beginPath();
        context.moveTo(shift - line, side + line);
        context.lineTo(shift + side + line, -line);
        context.stroke();
      }
    }),
    fresh: tile(side, (context) => {
      const inset = line;
      context.fillStyle = `${stateColours.fresh}40`;
      context.fillRect(0, 0, side, side);
      context.strokeStyle = '#06281d';
      context.lineWidth = line * 3;
      context.strokeRect(inset * 1.2, inset * 1.2, side - inset * 2.4, side - inset * 2.4);
      context.strokeStyle = stateColours.fresh;
      context.lineWidth = line * 1.8;
      context.strokeRect(inset * 1.2, inset * 1.2, side - inset * 2.4, side - inset * 2.4);
    }),
  };
}
