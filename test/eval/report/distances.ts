import { z } from 'zod';
import type { Bench } from '../run/bench.ts';
import type { CaseRecord } from '../run/case.ts';
import type { Recording } from '../run/record.ts';
import { spread } from '../run/spread.ts';
import { frechetDistance } from './frechet.ts';

/** Drawn scenes that pictures are compared with, as many of each number of objects. */
const mostScenes = 200;

const detailSchema = z.object({ features: z.array(z.number()) });

/** Features of a verdict's picture: those that were kept with it, or of the picture beside it. */
async function featuresOf(record: CaseRecord, bench: Bench, recording: Recording): Promise<Float64Array[]> {
  const kept = detailSchema.safeParse(record.detail);
  if (kept.success) return [Float64Array.from(kept.data.features)];
  const image = await recording.picture(record);
  return image ? [bench.checker.features(image)] : [];
}

/**
 * Fréchet distance of the pictures of each order of revealing to the drawn scenes, on the checker's features; none for an
 * order with no more pictures than there are features, whose covariance would say nothing.
 */
export async function samplerDistances(bench: Bench, recording: Recording): Promise<Record<string, number>> {
  const cases = recording.cases.filter(({ task, picture }) => task === 'samplers' && picture !== null);
  const distances: Record<string, number> = {};
  const scenes = spread(bench.sets.scenes, mostScenes, ({ items }) => String(items.length));
  let truth: Float64Array[] | null = null;
  for (const [variant, part] of Map.groupBy(cases, (record) => record.variant)) {
    const features: Float64Array[] = [];
    for (const record of part) features.push(...(await featuresOf(record, bench, recording)));
    if (features.length <= (features[0]?.length ?? 0)) continue;
    truth ??= scenes.map((scene) => bench.checker.features(bench.composer.draw(scene)));
    if (truth.length > (truth[0]?.length ?? 0)) distances[variant] = frechetDistance(features, truth);
  }
  return distances;
}
