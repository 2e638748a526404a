import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { backendTrialSchema, machineSchema, memoryFitSchema } from '../../../electron/contract/hardware.ts';
import { lavida } from '../../support/cli.ts';

const reportSchema = z.object({
  machine: machineSchema,
  backends: z.array(backendTrialSchema),
  model: z.object({
    precision: z.string(),
    fits: z.array(z.object({ task: z.string(), fit: memoryFitSchema })),
    problems: z.array(z.string()),
  }),
});

describe('lavida doctor', () => {
  it('tells the machine, tries every backend of this platform, and says what nano needs', async () => {
    const { code, stdout } = await lavida(['doctor', '--json']);
    const { backends, model } = reportSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(backends.find(({ backend }) => backend === 'cpu')).toMatchObject({ usable: true, offered: true });
    for (const { usable, reason } of backends) expect(usable || reason.length > 0).toBe(true);
    expect(model.fits.map(({ task }) => task)).toContain('text-to-image');
    for (const { fit } of model.fits) expect(fit.verdict).toBe('fits');
  });

  it('reads as a table, and ends with code 1 where nothing fits', async () => {
    const { code, stdout } = await lavida(['doctor', '--no-trials', '--memory', '0.05']);
    expect(stdout).toMatch(/^memory +\d+\.\d GiB/mu);
    expect(stdout).toMatch(/^text-to-image +\d+ MiB +\d+ MiB +will not fit/mu);
    expect(stdout).not.toMatch(/^backend/mu);
    expect(code).toBe(1);
  });

  it('says what a conversion would need', async () => {
    const needs = async (...args: string[]): Promise<number> => {
      const { stdout } = await lavida(['doctor', '--no-trials', '--json', ...args]);
      return reportSchema.parse(JSON.parse(stdout)).model.fits[0]?.fit.needBytes ?? NaN;
    };
    expect(await needs('--at', 'int4')).toBeLessThan(await needs());
  });
});

describe('a run that is not expected to fit', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lavida-memory-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is refused with the figures before anything is written, and runs with --anyway', async () => {
    const args = [
      'generate',
      'a red car',
      '--steps',
      '2',
      '--out',
      join(folder, 'car.png'),
      '--memory',
      '0.05',
    ];
    const refused = await lavida(args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /There is not enough memory for this run[\s\S]*It needs about \d+ MiB; 51 MiB may be used/u,
    );
    expect(await readdir(folder)).toEqual([]);
    expect((await lavida([...args, '--anyway'])).code).toBe(0);
    expect(await readdir(folder)).toEqual(['car.png']);
  });
});
