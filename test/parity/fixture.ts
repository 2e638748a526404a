import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SafetensorsFile } from '../../native/tensor/safetensors.ts';

/** What every fixture's JSON holds; cases read further keys through their own schemas. */
const fixtureJsonSchema = z.looseObject({
  name: z.string().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  cases: z.record(z.string(), z.unknown()).optional(),
});
type FixtureJson = z.infer<typeof fixtureJsonSchema>;

/** A recorded run of the published implementation: NAME.json describes, NAME.safetensors holds weights, inputs and expected tensors. */
export interface Fixture {
  /** The JSON's `name`, or the file name. */
  readonly name: string;
  readonly directory: string;
  /** File names inside `directory`. */
  readonly weightsFile: string;
  readonly json: FixtureJson;
  readonly tensors: SafetensorsFile;
}

export async function openFixture(directory: string, base: string): Promise<Fixture> {
  const json = fixtureJsonSchema.parse(JSON.parse(await readFile(join(directory, `${base}.json`), 'utf8')));
  const weightsFile = `${base}.safetensors`;
  const tensors = await SafetensorsFile.open(join(directory, weightsFile));
  return { name: json.name ?? base, directory, weightsFile, json, tensors };
}

/** Names of the fixtures in a folder: every NAME for which both NAME.json and NAME.safetensors exist, sorted. */
export async function listFixtures(directory: string): Promise<string[]> {
  const files = new Set(await readdir(directory));
  return [...files]
    .filter((file) => file.endsWith('.safetensors') && files.has(file.replace(/\.safetensors$/u, '.json')))
    .map((file) => file.replace(/\.safetensors$/u, ''))
    .sort();
}

export function has(fixture: Fixture, name: string): boolean {
  return fixture.tensors.entries.has(name);
}

export function shapeOf(fixture: Fixture, name: string): readonly number[] {
  return fixture.tensors.entry(name).shape;
}

/**
 * Case names: the middle part of every tensor `PREFIX.<case>.<leaf>` whose leaf is `leaf`, in order of the names.
 * A case name may itself hold dots.
 */
export function casesWith(fixture: Fixture, prefix: 'input' | 'expected', leaf: string): string[] {
  const head = `${prefix}.`;
  const tail = `.${leaf}`;
  return [...fixture.tensors.entries.keys()]
    .filter((name) => name.startsWith(head) && name.endsWith(tail) && name.length > head.length + tail.length)
    .map((name) => name.slice(head.length, -tail.length))
    .sort();
}
