import { useEffect, useRef, useState } from 'react';
import { CanvasManager } from '../../../canvas/canvas-manager.ts';
import { setCurrentCanvas, useViewport } from '../../../canvas/current.ts';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { NoticeBar } from '../../engine/components/notice-bar.tsx';
import { useFrame, type Frame } from '../../playback/frame.ts';
import { usePlayback } from '../../playback/store.ts';
import { useOverlay } from '../overlay.ts';
import { CellInspector } from './cell-inspector.tsx';
import { EmptyState } from './empty-state.tsx';
import { Legend } from './legend.tsx';
import { RunHud } from './run-hud.tsx';
import { ZoomControl } from './zoom-control.tsx';
import '../viewer.css';

/** The middle of the window: the picture on its dark ground and what floats over it. */
export function Viewer() {
  const frame = useFrame();
  const overlayName = useSession((state) => state.overlay);
  const host = useRef<HTMLDivElement>(null);
  const manager = useCanvas(host);
  useSpaceToPan(manager);
  usePush(manager, frame);
  return (
    <section className="viewer" aria-label={t('viewer.label')}>
      <div
        ref={host}
        className="viewer-canvas"
        role="application"
        tabIndex={0}
        aria-label={frame ? describe(frame) : t('viewer.empty.label')}
        hidden={!frame}
        onKeyDown={(event) => {
          if (manager) moveByKey(event, manager, frame);
        }}
      />
      {frame ? null : <EmptyState />}
      <div className="viewer-top">
        <NoticeBar />
        <RunHud />
      </div>
      {frame ? (
        <div className="viewer-bottom">
          <Legend frame={frame} overlay={overlayName} />
          <ZoomControl />
        </div>
      ) : null}
      {frame?.record ? <CellInspector record={frame.record} position={frame.position} /> : null}
    </section>
  );
}

const directions: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const panStep = 64;

/** Alt with the arrows moves the canvas, with Shift as well the picked token. */
function moveByKey(event: React.KeyboardEvent, manager: CanvasManager, frame: Frame | null): void {
  const direction = directions[event.key];
  if (!direction || !event.altKey) return;
  event.preventDefault();
  const [dx, dy] = direction;
  const grid = frame?.record?.shape.grid;
  if (!event.shiftKey) {
    manager.viewport.panBy(-dx * panStep, -dy * panStep);
  } else if (grid) {
    const { picked } = usePlayback.getState();
    const middle = Math.floor(grid.height / 2) * grid.width + Math.floor(grid.width / 2);
    const from = picked ?? middle - dx - dy * grid.width;
    const column = Math.min(grid.width - 1, Math.max(0, (from % grid.width) + dx));
    const row = Math.min(grid.height - 1, Math.max(0, Math.floor(from / grid.width) + dy));
    usePlayback.setState({ picked: row * grid.width + column });
  }
}

function describe({ record, position }: Frame): string {
  const prompt = record?.shape.request.prompt ?? '';
  if (!record) return t('viewer.picture');
  return t('viewer.pictureOf', { prompt, step: position, steps: record.steps });
}

function useCanvas(host: React.RefObject<HTMLDivElement | null>): CanvasManager | null {
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
function usePush(manager: CanvasManager | null, frame: Frame | null): void {
  const { overlay: name, overlayOpacity, gridLines, smooth, tool } = useSession();
  const hovered = usePlayback((state) => state.hovered);
  const picked = usePlayback((state) => state.picked);
  const overlay = useOverlay(frame, name);
  useEffect(() => {
    if (!manager) return;
    const shape = frame?.record?.shape;
    const size = frame?.picture ?? shape?.image;
    if (size) manager.viewport.setContent({ width: size.width, height: size.height });
    manager.image.show(frame?.picture ?? null);
    manager.pointer.setContent(shape ? { grid: shape.grid, image: shape.image } : null);
  }, [manager, frame]);
  useEffect(() => {
    const shape = frame?.record?.shape;
    manager?.tokens.setInput(
      shape
        ? {
            grid: shape.grid,
            image: shape.image,
            overlay,
            opacity: overlayOpacity,
            gridLines,
            hovered,
            picked,
          }
        : null,
    );
  }, [manager, frame, overlay, overlayOpacity, gridLines, hovered, picked]);
  useEffect(() => {
    manager?.image.setSmooth(smooth);
  }, [manager, smooth]);
  useEffect(() => {
    manager?.pointer.setTool(tool);
  }, [manager, tool]);
}

function useSpaceToPan(manager: CanvasManager | null): void {
  useEffect(() => {
    if (!manager) return;
    const stop = new AbortController();
    const hold = (down: boolean) => (event: KeyboardEvent) => {
      if (event.key === ' ') manager.pointer.setSpace(down);
    };
    window.addEventListener('keydown', hold(true), { signal: stop.signal });
    window.addEventListener('keyup', hold(false), { signal: stop.signal });
    return () => {
      stop.abort();
    };
  }, [manager]);
}
