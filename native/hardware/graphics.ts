import type { GraphicsAdapter, GraphicsFit } from '../../electron/contract/hardware.ts';
import { estimateMemory, type ModelOutline } from './estimate.ts';
import type { MemoryRoom } from './fit.ts';
import type { EstimateWork } from './work.ts';

/**
 * What a work will take of an adapter's own memory: its weights, those that lie mapped on the processor's side too, and
 * what it computes in. It is an upper bound that no adapter has been measured against: ONNX Runtime's Node binding tells
 * neither what it takes nor which of several adapters it takes it from. Null on the processor.
 */
export function graphicsFit(
  outline: ModelOutline,
  work: EstimateWork,
  { limitBytes }: MemoryRoom,
  backend: string | null,
  adapters: readonly GraphicsAdapter[],
): GraphicsFit | null {
  if (backend === null || backend === 'cpu') return null;
  const { weights, mapped, working } = estimateMemory(outline, work, limitBytes);
  const [only] = adapters.length === 1 ? adapters : [];
  return {
    backend,
    needBytes: Math.round(weights + mapped + working),
    adapter: only?.name ?? null,
    haveBytes: only?.memoryBytes ?? null,
  };
}
