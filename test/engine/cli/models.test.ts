import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelReport } from '../../../native/models/inspect.ts';
import { lavida, nanoDirectory } from '../../support/cli.ts';
import { smallModel, testFolder } from '../models/small-model.ts';

describe('lavida models', () => {
  it('inspects the model that comes with the program', async () => {
    const { code, stdout } = await lavida(['models', 'inspect', nanoDirectory]);
    expect(stdout).toContain('No problems found.');
    expect(stdout).toMatch(/text-to-image\s+yes/u);
    expect(code).toBe(0);
  });

  it('ends with code 1 and says what is wrong', async () => {
    const path = await smallModel();
    await rm(join(path, 'model-00002-of-00003.safetensors'));
    const { code, stdout } = await lavida(['models', 'inspect', path, '--json']);
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as ModelReport;
    expect(report.problems[0]).toContain('model-00002-of-00003.safetensors is missing');
    const nothing = await lavida(['models', 'inspect', join(path, 'nowhere')]);
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toMatch(/There is no model in .*nowhere.*\n.*cause:.*\n.*try:/u);
  });

  it('converts a model that then makes pictures', async () => {
    const folder = await testFolder();
    const out = join(folder, 'int8');
    const converted = await lavida([
      'models',
      'quantize',
      nanoDirectory,
      '--to',
      'int8',
      '--out',
      out,
      '--json',
    ]);
    expect(converted.code).toBe(0);
    const result = JSON.parse(converted.stdout) as { bytes: number; sourceBytes: number; peakBytes: number };
    expect(result.bytes).toBeLessThan(result.sourceBytes);
    const picture = join(folder, 'car.png');
    const painted = await lavida(['generate', 'a red car', '--model', out, '--out', picture, '--steps', '2']);
    expect(painted.stderr).toContain('2 steps');
    expect(painted.code).toBe(0);
    expect(existsSync(picture)).toBe(true);
  });

  it('refuses to write over another model', async () => {
    const out = await smallModel();
    const { code, stderr } = await lavida([
      'models',
      'quantize',
      nanoDirectory,
      '--to',
      'int4',
      '--out',
      out,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('already holds another model');
  });
});
