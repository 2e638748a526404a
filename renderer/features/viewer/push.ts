import { useEffect, useState, type RefObject } from 'react';
import { CanvasManager } from '../../canvas/canvas-manager.ts';
import { setCurrentCanvas, useViewport } from '../../canvas/current.ts';
import type { PictureInput } from '../../canvas/image-module.ts';
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
    manager.pointer.setContent(shape ? { grid: shape.grid, image: shape.image } : null);
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
  useEffect(() => {
    if (!manager) return;
    if (shown) manager.viewport.setContent({ width: shown.drawn.width, height: shown.drawn.height });
    manager.image.show({
      picture: shown?.drawn ?? null,
      before: shown?.before ?? null,
      compare: howCompared(shown, compare, visible ? opacity : 0),
    });
  }, [manager, shown, compare, visible, opacity]);
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
  const overlay = useOverlay(frame, name);
  useEffect(() => {
    const shape = holding ? undefined : frame?.record?.shape;
    manager?.tokens.setInput(
      shape
        ? {
            grid: shape.grid,
            image: shape.image,
            overlay,
            opacity: overlayOpacity,
            gridLines,
            strata: name === 'order' ? strata : 0,
            hovered,
            picked,
          }
        : null,
    );
  }, [manager, frame, name, overlay, overlayOpacity, gridLines, strata, hovered, picked, holding]);
}

function usePushLayers(manager: CanvasManager | null, shown: Shown | null): void {
  const { layers, feather, maskCells, tool } = useSession();
  const holding = useCompare((state) => state.holding || state.mode === 'side');
  const staged = shown?.staged ?? false;
  const draws = shown !== null && tool !== 'move' && tool !== 'inspect' && tool !== 'box';
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
    });
    manager.boxes.setLook({ visible: boxes.visible && !holding, opacity: boxes.opacity });
  }, [manager, layers, feather, maskCells, holding, draws, staged]);
}
