/** A colour, each channel 0…255. */
type Rgb = readonly [number, number, number];

/** Backgrounds of one colour, as models/train/compose.py has them. */
const plain: Record<string, Rgb> = {
  white: [255, 255, 255],
  gray: [190, 192, 196],
  skyblue: [150, 205, 245],
  cream: [252, 230, 150],
  rose: [250, 195, 215],
  black: [22, 22, 26],
};

/** Backgrounds with a horizon: top and bottom of the sky, ground. */
const grounds: Record<string, readonly [top: Rgb, bottom: Rgb, ground: Rgb]> = {
  grass: [
    [130, 195, 245],
    [205, 232, 250],
    [105, 180, 80],
  ],
  beach: [
    [110, 190, 245],
    [190, 228, 250],
    [238, 214, 160],
  ],
  snow: [
    [185, 205, 225],
    [220, 230, 240],
    [248, 250, 254],
  ],
  night: [
    [14, 18, 52],
    [34, 40, 92],
    [22, 36, 44],
  ],
  room: [
    [232, 216, 192],
    [232, 216, 192],
    [164, 112, 70],
  ],
};

/** Moon and stars at 128 pixels: centre, radius, colour. */
const lights: readonly (readonly [x: number, y: number, radius: number, color: Rgb])[] = [
  [108, 18, 9, [250, 240, 190]],
  [20, 14, 1.5, [255, 255, 255]],
  [52, 26, 1.5, [255, 255, 255]],
  [76, 10, 1.5, [255, 255, 255]],
  [38, 50, 1.5, [255, 255, 255]],
];

export const backgroundNames: readonly string[] = [...Object.keys(plain), ...Object.keys(grounds)];

function addLights(out: Float32Array, size: number): void {
  const unit = size / 128;
  for (const [x, y, radius, color] of lights) {
    for (let row = 0, at = 0; row < size; row++) {
      for (let column = 0; column < size; column++, at += 3) {
        const distance = Math.hypot(column / unit - x, row / unit - y);
        const alpha = Math.min(Math.max(radius - distance + 0.5, 0), 1);
        if (alpha === 0) continue;
        for (let c = 0; c < 3; c++) {
          out[at + c] = (out[at + c] as number) * (1 - alpha) + ((color[c] as number) / 255) * alpha;
        }
      }
    }
  }
}

/** A background [size, size, 3] in [0, 1]. @throws RangeError for a name the world has not */
export function makeBackground(name: string, size: number): Float32Array {
  const out = new Float32Array(size * size * 3);
  const color = plain[name];
  if (color) {
    for (let i = 0; i < out.length; i++) out[i] = (color[i % 3] as number) / 255;
    return out;
  }
  const ground = grounds[name];
  if (!ground)
    throw new RangeError(`There is no background "${name}"; there are ${backgroundNames.join(', ')}.`);
  const [top, bottom, floor] = ground;
  const horizon = Math.floor((size * 5) / 8);
  for (let row = 0, at = 0; row < size; row++) {
    const t = row / (horizon - 1);
    for (let column = 0; column < size; column++) {
      for (let c = 0; c < 3; c++, at++) {
        const sky = (top[c] as number) * (1 - t) + (bottom[c] as number) * t;
        out[at] = (row < horizon ? sky : (floor[c] as number)) / 255;
      }
    }
  }
  if (name === 'night') addLights(out, size);
  return out;
}
