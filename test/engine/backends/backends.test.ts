import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../native/backends/choose.ts';
import { probeBackend, type ProbeResult } from '../../../native/backends/probe.ts';
import { backends } from '../../../native/backends/table.ts';
import { defaultTolerance } from '../../parity/report.ts';
import { runSuite } from '../../parity/suite.ts';

/** Debian's chromium brings a Vulkan driver that computes on the processor. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const hasSoftwareDriver = process.platform === 'linux' && existsSync(softwareDriver);
const golden = fileURLToPath(new URL('../../fixtures/golden', import.meta.url));

const numbers = {
  error: 1e-6,
  quantizedError: 1e-3,
  fusedError: null,
  gflops: 9000,
  cpuGflops: 400,
  layerMs: 12,
};

describe('choosing a backend', () => {
  const works = (name: string, gflops = 9000): ProbeResult => ({
    backend: name,
    usable: true,
    reason: `${name} works.`,
    numbers: { ...numbers, gflops },
  });
  const fails = (name: string): ProbeResult => ({
    backend: name,
    usable: false,
    reason: `${name} has no driver.`,
    numbers: null,
  });

  it('takes the processor at its word and refuses names it does not know', async () => {
    const choice = await chooseBackend('cpu', (name) => Promise.resolve(works(name)));
    expect(choice).toMatchObject({ backend: 'cpu', probes: [] });
    await expect(chooseBackend('abacus')).rejects.toThrow('There is no backend "abacus"');
  });

  it('falls back to the processor and says why', async () => {
    const choice = await chooseBackend('webgpu', (name) => Promise.resolve(fails(name)));
    expect(choice.backend).toBe('cpu');
    expect(choice.reason).toBe('Running on the processor. webgpu has no driver.');
  });

  it('by itself takes the first that works and is faster than the processor', async () => {
    const platform = `${process.platform}-${process.arch}`;
    const here = backends.filter(({ platforms }) => (platforms as readonly string[]).includes(platform));
    const [first] = here;
    const fast = await chooseBackend('auto', (name) => Promise.resolve(works(name)));
    expect(fast.backend).toBe(first?.name);
    const slow = await chooseBackend('auto', (name) => Promise.resolve(works(name, 100)));
    expect(slow.backend).toBe('cpu');
    const none = await chooseBackend('auto', (name) => Promise.resolve(fails(name)));
    expect(none.backend).toBe('cpu');
    expect(none.probes.map(({ backend }) => backend)).toEqual(
      here.map(({ name }) => name).filter((name) => name !== 'cpu'),
    );
  });
});

describe('trying a backend for real', () => {
  it('the processor gives its own numbers, fused attention included', async () => {
    const result = await probeBackend('cpu');
    expect(result).toMatchObject({ usable: true });
    expect(result.numbers?.error).toBe(0);
    expect(result.numbers?.fusedError).toBeLessThan(1e-5);
  });

  it('one that this machine cannot have is refused with a reason', async () => {
    const elsewhere = process.platform === 'win32' ? 'coreml' : 'directml';
    const result = await probeBackend(elsewhere);
    expect(result.usable).toBe(false);
    expect(result.reason).toMatch(/not available on/u);
  });

  it('one that hangs is given up after its time', async () => {
    const result = await probeBackend('cpu', { limitMs: 1 });
    expect(result).toMatchObject({ usable: false });
    expect(result.reason).toContain('did not finish a small trial');
  });
});

describe.skipIf(!hasSoftwareDriver)('webgpu on a software Vulkan driver', () => {
  const before = { icd: process.env['VK_ICD_FILENAMES'], runtime: process.env['XDG_RUNTIME_DIR'] };
  beforeEach(() => {
    process.env['VK_ICD_FILENAMES'] = softwareDriver;
    process.env['XDG_RUNTIME_DIR'] ??= '/tmp';
  });
  afterEach(() => {
    process.env['VK_ICD_FILENAMES'] = before.icd;
    process.env['XDG_RUNTIME_DIR'] = before.runtime;
    if (before.icd === undefined) delete process.env['VK_ICD_FILENAMES'];
    if (before.runtime === undefined) delete process.env['XDG_RUNTIME_DIR'];
  });

  it('computes the image-token modules as recorded', async () => {
    const context = { backend: 'webgpu', threads: 1, tolerance: defaultTolerance };
    const failures: string[] = [];
    let compared = 0;
    for await (const event of runSuite(golden, context, 'gen_head')) {
      if ('uncovered' in event) continue;
      compared++;
      if (!event.row.pass) failures.push(`${event.row.case}, ${event.row.what}: ${event.row.result}`);
    }
    expect(failures).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});
