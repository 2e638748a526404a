import { useEffect, useState, type RefObject } from 'react';
import { CanvasManager } from '../../canvas/canvas-manager.ts';
import { setCurrentCanvas, useViewport } from '../../canvas/current.ts';
import type { PictureInput } from '../../canvas/image-module.ts';
import type { PixelRect } from '../../canvas/mask/mask.ts';
import { useFrame as useAdded, type Added } from '../../canvas/selection-api.ts';
import { useSession } from '../../state/session.ts';
import { usePlayback } from '../playback/store.ts';
import { useCompare } from './compare.ts';
import { useOverlay } from './overlay.ts';
import type { Shown } from './shown.ts';

/** A result is to be judged, so the mask that made it is but hinted at, share of its usual strength. */
const veilOverResult = 0.3;

/** The canvas in an element, for as long as that lives. */
export function useCanvas(host: RefObject<HTMLDivElement | null>): CanvasManager | null {
  const [manager, setManager] = useState<CanvasManager | null>(null);
  useEffect(() => {
    if (!host.current) return;
    const made = new CanvasManager(host.current, {
      onViewport: (viewport, fitted) => {
        useViewport.setState({ ...viewport, fitted });
      },
      onHover: (hovered) => {
        if (usePlayback.getState().hovered !== hovered) usePlayback.setState({ hovered });
      },
      onPick: (cell) => {
        usePlayback.setState(({ picked }) => ({ picked: cell === picked ? null : cell }));
      },
    });
    setCurrentCanvas(made);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the stage exists only once its element does
    setManager(made);
    return () => {
      setCurrentCanvas(null);
      made.destroy();
    };
  }, [host]);
  return manager;
}

/** Pushes what is to be seen into the canvas; nothing is ever read back. */
export function usePush(manager: CanvasManager | null, shown: Shown | null): void {
  const { smooth, tool, brushSize } = useSession();
  const { mode } = useCompare();
  const frame = shown?.frame ?? null;
  const isSide = mode === 'side' && shown?.before !== null && shown !== null;
  usePushPicture(manager, shown);
  usePushOverlay(manager, shown);
  usePushLayers(manager, shown);
  useEffect(() => {
    manager?.viewport.setPanes(isSide ? 2 : 1);
  }, [manager, isSide]);
  useEffect(() => {
    if (!manager) return;
    const shape = frame?.record?.shape;
    const square = shown?.square;
    manager.pointer.setContent(shape && square ? { grid: shape.grid, square } : null);
    // Two panes show one mask, so a stroke from one to the other would mean nothing.
    manager.pointer.setWorkable(shown !== null && !isSide);
  }, [manager, frame, shown, isSide]);
  useEffect(() => {
    manager?.image.setSmooth(smooth);
  }, [manager, smooth]);
  useEffect(() => {
    manager?.pointer.setTool(tool);
    manager?.pointer.refresh();
  }, [manager, tool, brushSize]);
}

function usePushPicture(manager: CanvasManager | null, shown: Shown | null): void {
  const compare = useCompare();
  const { visible, opacity } = useSession((state) => state.layers.result);
  const added = useAdded((state) => state.added);
  // A picture that is fitted anew under the hand would run away from it.
  const busy = useAdded((state) => state.busy);
  const isStill = stands(shown);
  useEffect(() => {
    if (!manager) return;
    const bounds = shown?.page.bounds;
    // What is about to be added is shown around the picture it is added to, not around a result or a step.
    const extended = bounds && added && isStill ? grownBy(bounds, added) : null;
    if (bounds && !busy) manager.viewport.setContent(extended ?? bounds);
    manager.image.show({
      picture: shown?.page ?? null,
      before: shown?.before ?? null,
      extended,
      compare: howCompared(shown, compare, visible ? opacity : 0),
    });
  }, [manager, shown, compare, visible, opacity, added, busy, isStill]);
}

/** Whether the picture that is to be edited is on show itself, not a result laid over it or a step of its making. */
function stands(shown: Shown | null): boolean {
  return shown !== null && !shown.staged && shown.frame?.final !== false;
}

function grownBy({ x0, y0, x1, y1 }: PixelRect, { left, top, right, bottom }: Added): PixelRect {
  return { x0: x0 - left, y0: y0 - top, x1: x1 + right, y1: y1 + bottom };
}

function howCompared(
  shown: Shown | null,
  { mode, split, holding }: ReturnType<typeof useCompare.getState>,
  resultOpacity: number,
): PictureInput['compare'] {
  if (holding) return { mode: 'before' };
  if (mode === 'slider') return { mode, split };
  if (mode === 'side') return { mode };
  return shown?.staged && resultOpacity < 1 ? { mode: 'over', opacity: resultOpacity } : { mode: 'off' };
}

function usePushOverlay(manager: CanvasManager | null, shown: Shown | null): void {
  const { overlay: name, overlayOpacity, gridLines, strata } = useSession();
  const hovered = usePlayback((state) => state.hovered);
  const picked = usePlayback((state) => state.picked);
  const holding = useCompare((state) => state.holding || state.mode !== 'off');
  const frame = shown?.frame ?? null;
  const square = shown?.square ?? null;
  const overlay = useOverlay(frame, name);
  useEffect(() => {
    const shape = holding ? undefined : frame?.record?.shape;
    manager?.tokens.setInput(
      shape && square
        ? {
            grid: shape.grid,
            square,
            overlay,
            opacity: overlayOpacity,
            gridLines,
            strata: name === 'order' ? strata : 0,
            hovered,
            picked,
          }
        : null,
    );
  }, [manager, frame, square, name, overlay, overlayOpacity, gridLines, strata, hovered, picked, holding]);
}

function usePushLayers(manager: CanvasManager | null, shown: Shown | null): void {
  const { layers, feather, maskCells, tool } = useSession();
  const holding = useCompare((state) => state.holding || state.mode === 'side');
  const staged = shown?.staged ?? false;
  const draws = shown !== null && tool !== 'move' && tool !== 'inspect' && tool !== 'box';
  const handles = draws && tool === 'frame';
  const preview = stands(shown);
  useEffect(() => {
    if (!manager) return;
    const { image, mask, boxes } = layers;
    manager.image.setOpacity(image.visible ? image.opacity : 0);
    manager.mask.setLook({
      visible: mask.visible && !holding,
      opacity: staged ? mask.opacity * veilOverResult : mask.opacity,
      feather,
      cells: maskCells,
      frame: draws,
      handles,
      preview,
    });
    manager.boxes.setLook({ visible: boxes.visible && !holding, opacity: boxes.opacity });
  }, [manager, layers, feather, maskCells, holding, draws, handles, preview, staged]);
}
