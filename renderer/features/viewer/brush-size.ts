import { limits, setSession, useSession } from '../../state/session.ts';

/** Makes the brush larger or smaller by a factor. Small brushes change by a pixel at least. */
export function resizeBrush(factor: number): void {
  const { brushSize } = useSession.getState();
  const wanted = Math.round(brushSize * factor);
  const next = factor > 1 ? Math.max(brushSize + 1, wanted) : Math.min(brushSize - 1, wanted);
  setSession({ brushSize: Math.min(limits.brushSize.max, Math.max(limits.brushSize.min, next)) });
}
