import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { smallConfig, smallVq } from '../../support/small-config.ts';
import { writeRandomModel, type RandomModelOptions } from '../../../native/models/random-model.ts';

/** An empty folder that is gone after the test. */
export async function testFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'lavida-models-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A random model folder in three shards. */
export async function smallModel(options: Partial<RandomModelOptions> = {}): Promise<string> {
  const path = await testFolder();
  await writeRandomModel(path, { config: smallConfig, vqConfig: smallVq, to: 'bf16', seed: 7, shards: 3, ...options });
  return path;
}
