/** Digits, 3 by 5 pixels each, one string a row. */
const glyphs: Readonly<Record<string, readonly string[]>> = {
  '0': ['###', '#.#', '#.#', '#.#', '###'],
  '1': ['.#.', '##.', '.#.', '.#.', '###'],
  '2': ['###', '..#', '###', '#..', '###'],
  '3': ['###', '..#', '.##', '..#', '###'],
  '4': ['#.#', '#.#', '###', '..#', '..#'],
  '5': ['###', '#..', '###', '..#', '###'],
  '6': ['###', '#..', '###', '#.#', '###'],
  '7': ['###', '..#', '..#', '.#.', '.#.'],
  '8': ['###', '#.#', '###', '#.#', '###'],
  '9': ['###', '#.#', '###', '..#', '###'],
  '/': ['..#', '..#', '.#.', '#..', '#..'],
  '.': ['...', '...', '...', '...', '.#.'],
};

const glyphWidth = 3;
/** Pixels a line of digits is high at scale 1. */
export const digitHeight = 5;

/** Writes digits into a picture of 3 bytes a pixel; what lies outside is cut. */
export function drawDigits(
  target: { width: number; height: number; rgb: Uint8Array },
  text: string,
  at: { x: number; y: number; scale: number },
  value: number,
): void {
  [...text].forEach((sign, i) => {
    glyphs[sign]?.forEach((row, y) => {
      [...row].forEach((dot, x) => {
        if (dot !== '#') return;
        const left = at.x + (i * (glyphWidth + 1) + x) * at.scale;
        const top = at.y + y * at.scale;
        for (let v = top; v < Math.min(target.height, top + at.scale); v++) {
          const from = Math.min(left, target.width);
          const until = Math.min(left + at.scale, target.width);
          target.rgb.fill(value, (v * target.width + from) * 3, (v * target.width + until) * 3);
        }
      });
    });
  });
}
