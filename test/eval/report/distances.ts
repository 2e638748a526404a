import type { Bench } from '../run/bench.ts';
import type { Recording } from '../run/record.ts';
import { frechetDistance } from './frechet.ts';

/** Fréchet distance of the pictures of each order of revealing to the drawn scenes, on the checker's features. */
export async function samplerDistances(bench: Bench, recording: Recording): Promise<Record<string, number>> {
  const cases = recording.cases.filter(({ task, picture }) => task === 'samplers' && picture !== null);
  const distances: Record<string, number> = {};
  if (cases.length === 0) return distances;
  const truth = bench.sets.scenes.map((scene) => bench.checker.features(bench.composer.draw(scene)));
  for (const [variant, part] of Map.groupBy(cases, (record) => record.variant)) {
    const features: Float64Array[] = [];
    for (const record of part) {
      const image = await recording.picture(record);
      if (image) features.push(bench.checker.features(image));
    }
    if (features.length > 1 && truth.length > 1) distances[variant] = frechetDistance(features, truth);
  }
  return distances;
}
