/** An opaque colour, 0 to 255 a channel. */
export type Rgb = readonly [number, number, number];

/** Stops of perceptually even ramps, dark to bright; read in between by interpolation. */
const ramps = {
  /** Blue-green to yellow: how sure. */
  confidence: [
    [68, 1, 84],
    [70, 50, 126],
    [54, 92, 141],
    [39, 127, 142],
    [31, 161, 135],
    [74, 193, 109],
    [160, 218, 57],
    [253, 231, 37],
  ],
  /** Black over red to yellow: how undecided. */
  entropy: [
    [0, 0, 4],
    [40, 11, 84],
    [101, 21, 110],
    [159, 42, 99],
    [212, 72, 66],
    [245, 125, 21],
    [250, 193, 39],
    [252, 255, 164],
  ],
  /** Deep blue over teal to white: how far guidance moves a token. */
  guidance: [
    [8, 16, 44],
    [14, 48, 92],
    [10, 88, 122],
    [20, 126, 134],
    [70, 164, 140],
    [138, 198, 158],
    [200, 226, 192],
    [250, 250, 236],
  ],
  /** Violet to pale orange: when. */
  order: [
    [13, 8, 135],
    [84, 2, 163],
    [139, 10, 165],
    [185, 50, 137],
    [219, 92, 104],
    [244, 136, 73],
    [254, 188, 43],
    [240, 249, 33],
  ],
} as const satisfies Record<string, readonly Rgb[]>;

export type RampName = keyof typeof ramps;

/** The colour of a share between 0 and 1. */
export function rampColour(name: RampName, share: number): Rgb {
  const stops: readonly Rgb[] = ramps[name];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const a = stops[low] ?? [0, 0, 0];
  const b = stops[low + 1] ?? a;
  const mix = at - low;
  return [a[0] + (b[0] - a[0]) * mix, a[1] + (b[1] - a[1]) * mix, a[2] + (b[2] - a[2]) * mix];
}

/** The ramp as a CSS gradient, for legends. */
export function rampGradient(name: RampName, direction = 'to right'): string {
  return `linear-gradient(${direction}, ${ramps[name].map(([r, g, b]) => `rgb(${String(r)} ${String(g)} ${String(b)})`).join(', ')})`;
}

/** Black or white, whichever is easier to read on a colour. */
export function inkOn([r, g, b]: Rgb): string {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 120 ? '#000' : '#fff';
}
