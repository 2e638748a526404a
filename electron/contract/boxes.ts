/** Left, top, right, bottom; right and bottom exclusive. */
export type Edges = readonly [number, number, number, number];

/** Intersection over union of two boxes in the same unit; 0 when either is empty. */
export function intersectionOverUnion(a: Edges, b: Edges): number {
  const area = (box: Edges): number => Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
  const shared = area([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}
