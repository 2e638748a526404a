import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../native/engine.ts';
import { openNetwork } from '../../../native/network/index.ts';
import type { SessionNotice } from '../../../native/onnx/session.ts';
import { quantizeModel } from '../../../native/models/quantize.ts';
import { smallConfig } from '../../support/small-config.ts';
import { smallModel, testFolder } from './small-model.ts';

/** Names of all stored tensors that sessions load during some work. */
async function loadedDuring(work: () => Promise<void>): Promise<Set<string>> {
  const loaded = new Set<string>();
  const listen = (message: unknown): void => {
    for (const { name } of (message as SessionNotice).tensors) loaded.add(name);
  };
  subscribe('lavida:session', listen);
  try {
    await work();
  } finally {
    unsubscribe('lavida:session', listen);
  }
  return loaded;
}

async function paint(modelDirectory: string): Promise<void> {
  const engine = createEngine();
  try {
    const { defaults } = await engine.open({ modelDirectory, backend: 'cpu', threads: 1 }, () => undefined);
    const request = { version: 1 as const, task: 'text-to-image' as const, prompt: 'a red car', seed: 1, ...defaults, steps: 2 };
    const events: string[] = [];
    for await (const event of engine.run(request, { signal: new AbortController().signal, previews: false })) {
      events.push(event.type);
    }
    expect(events).toContain('run.image');
  } finally {
    await engine.close();
  }
}

const lastJoint = smallConfig.dual_tower_layers;
const undMatrices = /blocks\.(\d+)\.(attn_norm|q_proj|k_proj|v_proj|ff_norm|ff_proj|up_proj|ff_out)\.weight$/u;

describe('a text-to-image run', () => {
  it.each(['bf16', 'int4'] as const)('of a %s model loads nothing it cannot need', async (to) => {
    const source = await smallModel();
    let directory = source;
    if (to === 'int4') {
      directory = await testFolder();
      await quantizeModel(source, directory, { to });
    }
    const loaded = await loadedDuring(() => paint(directory));
    expect([...loaded].filter((name) => name.startsWith('model.vision_') || name.startsWith('model.mm_projector'))).toEqual([]);
    expect([...loaded].filter((name) => /\.(wte|transformer\.ff_out)\.weight$/u.test(name))).toEqual([]);
    expect([...loaded].filter((name) => /vqvae\.(encoder|quant_conv)/u.test(name))).toEqual([]);
    const text = [...loaded].flatMap((name) => {
      const [, layer, matrix] = undMatrices.exec(name) ?? [];
      return layer === undefined ? [] : [`${layer} ${matrix ?? ''}`];
    });
    const whole = ['attn_norm', 'ff_norm', 'ff_out', 'ff_proj', 'k_proj', 'q_proj', 'up_proj', 'v_proj'];
    const expected = Array.from({ length: lastJoint }, (_, layer) => whole.map((matrix) => `${layer} ${matrix}`)).flat();
    expect(text.sort()).toEqual([...expected, `${lastJoint} attn_norm`, `${lastJoint} k_proj`, `${lastJoint} v_proj`].sort());
    for (let layer = 0; layer < smallConfig.n_layers; layer++) {
      expect(loaded).toContain(`model.transformer.blocks.${layer}.attn_out.weight`);
      expect(loaded).toContain(`model.transformer.blocks.${layer}.q_proj_vision.weight`);
    }
  });
});

describe('a network in little memory', () => {
  it('lets sessions go and makes them again, with the same result', async () => {
    const directory = await smallModel();
    const forward = async (memoryBytes: number) => {
      const network = await openNetwork(directory, { backend: 'cpu', threads: 1, layersPerSession: 1, memoryBytes });
      try {
        const text = { states: await network.mot.embedText([1, 2, 3]), positions: Int32Array.of(0, 1, 2) };
        await network.mot.forward({ rows: 1, text }, { text: true });
        return (await network.mot.forward({ rows: 1, text }, { text: true })).textStates;
      } finally {
        await network.release();
      }
    };
    let made = 0;
    const count = (): void => {
      made++;
    };
    subscribe('lavida:session', count);
    try {
      const roomy = await forward(2 ** 30);
      expect(made).toBe(smallConfig.n_layers);
      expect(await forward(1)).toEqual(roomy);
      expect(made).toBe(smallConfig.n_layers * 3);
    } finally {
      unsubscribe('lavida:session', count);
    }
  });
});
