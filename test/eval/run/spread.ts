import { RandomStream } from '../../../native/sampler/random.ts';

/**
 * At most `limit` entries, as many of each group as can be, and within a group any: always the same ones, whatever rhythm
 * the list has, and those of a lower limit among those of a higher one. They keep their order.
 */
export function spread<T>(list: readonly T[], limit: number, groupOf: (entry: T) => string): T[] {
  if (limit >= list.length) return [...list];
  const stream = new RandomStream(0, 'draft');
  const shuffled = [...list.keys()];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const other = stream.below(i + 1);
    [shuffled[i], shuffled[other]] = [shuffled[other] as number, shuffled[i] as number];
  }
  const groups = [...Map.groupBy(shuffled, (index) => groupOf(list[index] as T)).values()];
  const rounds = Math.max(...groups.map(({ length }) => length));
  const inTurn = Array.from({ length: rounds }, (_, round) =>
    groups.flatMap((group) => group[round] ?? []),
  ).flat();
  return inTurn
    .slice(0, limit)
    .sort((a, b) => a - b)
    .map((index) => list[index] as T);
}
