import { ZipFile } from 'yazl';
import { publishedDefaults } from '../../../electron/contract/request.ts';
import { LavidaError } from '../../../native/errors.ts';
import { encodePng } from '../../../native/library/png.ts';
import { unpackProject, type ProjectLibrary } from '../../../native/projects/project-file.ts';
import type { Seeded } from '../../support/seeded.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { jsonOf, mutateJson } from '../mutate-json.ts';
import { demand, type FuzzCase, type FuzzTarget } from '../target.ts';

const runId = '20261124-031405-123-abcd';
const importedId = 'in-20261124-031405-124-abcd';
const picture = `pictures/${'a'.repeat(64)}.png`;
const seen = { visible: true, opacity: 0.5 };
const parts = {
  'manifest.json': { format: 'lavida-project', version: 3, createdBy: 'test' },
  'document.json': { version: 2, create: { prompt: 'a red car', ...publishedDefaults } },
  'canvas.json': {
    current: importedId,
    pictures: [
      { id: importedId, file: picture, name: 'a.png', boxes: [], mask: `masks/${importedId}.png` },
      { id: runId, file: null, name: '', boxes: [], mask: null },
    ],
    snapshots: [
      {
        id: 'snapshot-1',
        name: 'Before',
        createdAt: '2026-11-24T03:14:05.000Z',
        picture: importedId,
        width: 2,
        height: 2,
        boxes: [],
        mask: 'masks/snapshot-1.png',
        layers: { image: seen, mask: seen, boxes: seen, result: seen },
        staged: [runId],
        shown: runId,
      },
    ],
  },
};

async function zip(
  json: Record<string, unknown>,
  names: readonly string[],
  compress: boolean,
): Promise<Uint8Array> {
  const file = new ZipFile();
  const png = Buffer.from(encodePng({ width: 2, height: 2, rgb: new Uint8Array(12) }, []));
  for (const [name, value] of Object.entries(json))
    file.addBuffer(Buffer.from(jsonOf(value)), name, { compress });
  for (const name of names) file.addBuffer(png, name, { compress: false });
  file.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.outputStream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

/** A library that keeps nothing and looks at what it is given. */
const library: ProjectLibrary = {
  read: () => Promise.reject(new LavidaError('run.unknown', 'There is nothing here.')),
  add: (name, bytes) => {
    demand(name.length <= 500 && bytes.length < 1e6, 'a picture beyond its limits');
    return Promise.resolve(importedId);
  },
  addResult: (id, bytes) => {
    demand(!/[/\\]|\.\./u.test(id) && bytes.length < 1e6, `a result called ${id}`);
    return Promise.resolve({ id, isNew: true });
  },
};

async function project(): Promise<FuzzCase> {
  const pictures = [
    `results/${runId}.png`,
    picture,
    `masks/${importedId}.png`,
    'masks/snapshot-1.png',
    '../evil.png',
  ];
  const corpus = [
    await zip(parts, pictures.slice(0, 4), true),
    await zip(parts, pictures.slice(0, 4), false),
  ];
  const damaged = async (random: Seeded): Promise<Uint8Array> => {
    if (random.below(20) > 0) return mutateBytes(random.pick(corpus), random, corpus);
    const json = mutateJson(parts, random);
    const named = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : parts;
    const safe = Object.entries(named).filter(([name]) => name in parts);
    return zip(Object.fromEntries(safe), pictures.slice(0, random.below(5)), random.next() < 0.5);
  };
  return async (random) => {
    const bytes = await damaged(random);
    try {
      const { content } = await unpackProject(bytes, 'a.lavida', library);
      demand(content.canvas.pictures.length <= 200, 'more pictures than a project may hold');
    } catch (error) {
      if (!(error instanceof LavidaError && error.code === 'file.invalid')) throw error;
    }
    demand(!('polluted' in {}), 'Object.prototype was written to');
  };
}

export const projectTargets: FuzzTarget[] = [{ name: 'project', open: project }];
