import type { RandomStream } from '../../../native/sampler/random.ts';
import { backgroundNames } from './backgrounds.ts';
import { colorNames, type Item, type Scene } from './scene.ts';

function pick<T>(stream: RandomStream, list: readonly T[]): T {
  return list[stream.below(list.length)] as T;
}

/**
 * A random scene of one to four sprites that do not overlap, one in four of them several of a kind. Sprites have half the
 * picture's side and stand on a grid of eighths.
 */
export function sampleScene(stream: RandomStream, names: readonly string[], imageSize: number): Scene {
  const size = imageSize / 2;
  const item = (x: number, y: number): Item => ({
    name: pick(stream, names),
    color: stream.below(2) === 0 ? null : pick(stream, colorNames),
    size,
    x,
    y,
  });
  const place = (): number => (imageSize / 8) * stream.below(5);
  const background = pick(stream, backgroundNames);
  const count = 1 + stream.below(4);
  if (count === 1) return { background, items: [item(place(), place())] };
  if (count === 2) {
    const items =
      stream.below(2) === 0
        ? [item(0, place()), item(size, place())]
        : [item(place(), 0), item(place(), size)];
    return { background, items };
  }
  const corners = [item(0, 0), item(size, 0), item(0, size), item(size, size)].slice(0, count);
  if (stream.below(2) === 1) return { background, items: corners };
  const { name, color } = corners[0] as Item;
  return { background, items: corners.map((corner) => ({ ...corner, name, color })) };
}
