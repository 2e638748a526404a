import type { RandomStream } from '../../../native/sampler/random.ts';
import { backgroundNames } from './backgrounds.ts';
import { colorNames, type Item, type Scene } from './scene.ts';

const size = 64;
const step = 16;

function pick<T>(stream: RandomStream, list: readonly T[]): T {
  return list[stream.below(list.length)] as T;
}

/** A random scene of one to four sprites that do not overlap, one in four of them several of a kind; 128 pixels. */
export function sampleScene(stream: RandomStream, names: readonly string[]): Scene {
  const item = (x: number, y: number): Item => ({
    name: pick(stream, names),
    color: stream.below(2) === 0 ? null : pick(stream, colorNames),
    size,
    x,
    y,
  });
  const place = (): number => step * stream.below(5);
  const background = pick(stream, backgroundNames);
  const count = 1 + stream.below(4);
  if (count === 1) return { background, items: [item(place(), place())] };
  if (count === 2) {
    const items =
      stream.below(2) === 0 ? [item(0, place()), item(64, place())] : [item(place(), 0), item(place(), 64)];
    return { background, items };
  }
  const corners = [item(0, 0), item(64, 0), item(0, 64), item(64, 64)].slice(0, count);
  if (stream.below(2) === 1) return { background, items: corners };
  const { name, color } = corners[0] as Item;
  return { background, items: corners.map((corner) => ({ ...corner, name, color })) };
}
