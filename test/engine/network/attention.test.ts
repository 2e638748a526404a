import { expect, it } from 'vitest';
import { attention, repeatHeads, type AttentionForm } from '../../../native/network/attention-graph.ts';
import { GraphBuilder } from '../../../native/onnx/graph-builder.ts';
import { OnnxSession } from '../../../native/onnx/session.ts';
import { maxAbsoluteDifference } from '../../parity/report.ts';
import { randomArray } from './random-bundle.ts';

const settings = { backend: 'cpu', threads: 1, weights: 'packed', weightFolder: '.' } as const;

async function run(form: AttentionForm): Promise<Float32Array> {
  const sizes = { heads: 6, keyValueHeads: 3, headWidth: 10 };
  const graph = new GraphBuilder('attention');
  const query = graph.input('query', 'float32', ['batch', 'rows', 60]);
  const key = repeatHeads(graph, graph.input('key', 'float32', ['batch', 'keys', 30]), sizes);
  const value = repeatHeads(graph, graph.input('value', 'float32', ['batch', 'keys', 30]), sizes);
  graph.output(attention(graph, query, key, value, sizes, form), 'mixed', 'float32', ['batch', 'rows', 60]);
  const session = await OnnxSession.create(graph, settings);
  const { mixed } = await session.run(
    {
      query: { data: randomArray(2 * 37 * 60, 1, 3), dims: [2, 37, 60] },
      key: { data: randomArray(2 * 41 * 30, 2, 3), dims: [2, 41, 30] },
      value: { data: randomArray(2 * 41 * 30, 3, 3), dims: [2, 41, 30] },
    },
    ['mixed'],
  );
  await session.release();
  return mixed.data;
}

it('gives the same attention fused, as the CPU runs it, and plain, as the GPU backends do', async () => {
  expect(maxAbsoluteDifference(await run('fused'), await run('plain'))).toBeLessThan(1e-5);
});

it('refuses a graph with two inputs or outputs of one name', () => {
  const graph = new GraphBuilder('twice');
  const x = graph.input('x', 'float32', [1]);
  expect(() => graph.input('x', 'float32', [1])).toThrow('two graph inputs');
  graph.output(x, 'y', 'float32', [1]);
  expect(() => graph.output(x, 'y', 'float32', [1])).toThrow('two graph outputs');
});

it('says which backend cannot be used, known to the build or not', async () => {
  for (const backend of ['no-such-backend', 'cuda']) {
    const graph = new GraphBuilder('tiny');
    graph.output(graph.input('x', 'float32', [1]), 'y', 'float32', [1]);
    await expect(OnnxSession.create(graph, { ...settings, backend })).rejects.toMatchObject({
      code: 'engine.backend',
      message: expect.stringContaining(backend),
    });
  }
});
