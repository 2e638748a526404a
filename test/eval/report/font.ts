import type { RgbImage } from '../../../electron/contract/events.ts';

/** Characters of 3 × 5 cells, a row an octal digit from the top. */
const glyphs: Readonly<Record<string, string>> = {
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71717',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71111',
  '8': '75757',
  '9': '75717',
  a: '25755',
  b: '65656',
  c: '34443',
  d: '65556',
  e: '74647',
  f: '74644',
  g: '34553',
  h: '55755',
  i: '72227',
  j: '11152',
  k: '55655',
  l: '44447',
  m: '57755',
  n: '65555',
  o: '25552',
  p: '65644',
  q: '25573',
  r: '65655',
  s: '34216',
  t: '72222',
  u: '55557',
  v: '55552',
  w: '55775',
  x: '55255',
  y: '55222',
  z: '71247',
  '.': '00002',
  ',': '00024',
  ':': '02020',
  '-': '00700',
  '?': '71202',
  '"': '55000',
  "'": '22000',
  '<': '12421',
  '>': '42124',
  '/': '11244',
};

/** Width of a character with its gap, in cells. */
const advance = 4;

/** Writes a line of small letters, cut where the width ends; characters without a glyph become gaps. */
export function writeLine(
  image: RgbImage,
  text: string,
  {
    x,
    y,
    width,
    cell,
    color,
  }: { x: number; y: number; width: number; cell: number; color: readonly number[] },
): void {
  const most = Math.floor(width / (advance * cell));
  [...text.toLowerCase().slice(0, most)].forEach((character, place) => {
    [...(glyphs[character] ?? '')].forEach((bits, row) => {
      for (let column = 0; column < 3; column++) {
        if ((Number(bits) & (4 >> column)) === 0) continue;
        const left = x + (place * advance + column) * cell;
        for (let i = 0; i < cell * cell; i++) {
          const at = (y + row * cell + Math.floor(i / cell)) * image.width + left + (i % cell);
          image.rgb.set(color, at * 3);
        }
      }
    });
  });
}
