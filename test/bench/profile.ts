import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Operators whose time is matrix multiplication: projections, attention, convolutions. */
const matrixOperators = new Set([
  'MatMul',
  'Gemm',
  'FusedMatMul',
  'FusedGemm',
  'MatMulNBits',
  'MultiHeadAttention',
  'Conv',
  'FusedConv',
  'ConvTranspose',
]);

interface ProfileEvent {
  cat?: string;
  dur?: number;
  args?: { op_name?: string };
}

/**
 * Share of a run's wall time spent in matrix products and in graphs at all, from ONNX Runtime's own profile.
 * @param measure runs the workload once with the given environment
 */
export async function matrixShare(
  measure: (env: Record<string, string>) => Promise<{ done: { results: { totalMs: number }[] } }>,
): Promise<{ matrix: number; graphs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-profile-'));
  try {
    const { done } = await measure({ LAVIDA_ORT_PROFILE: join(folder, 'ort') });
    const total = done.results[0]?.totalMs ?? 1;
    let matrix = 0;
    let graphs = 0;
    for (const name of await readdir(folder)) {
      const events = JSON.parse(await readFile(join(folder, name), 'utf8')) as ProfileEvent[];
      for (const event of events) {
        if (event.cat !== 'Node' || !event.args?.op_name) continue;
        const ms = (event.dur ?? 0) / 1000;
        graphs += ms;
        if (matrixOperators.has(event.args.op_name)) matrix += ms;
      }
    }
    return { matrix: matrix / total, graphs: graphs / total };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
