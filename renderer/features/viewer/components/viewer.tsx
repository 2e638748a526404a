import { useEffect, useRef } from 'react';
import type { CanvasManager } from '../../../canvas/canvas-manager.ts';
import { selectBox, selectedBox, updateBox } from '../../../canvas/selection-api.ts';
import { movedInside } from '../../../canvas/tools/box-tool.ts';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { nudgeFrame } from '../../edit/frame.ts';
import { NoticeBar } from '../../engine/components/notice-bar.tsx';
import type { Frame } from '../../playback/frame.ts';
import { usePlayback } from '../../playback/store.ts';
import { usePictureName } from '../../runs/picture-names.ts';
import { nameOf } from '../../runs/request-words.ts';
import { useCompare } from '../compare.ts';
import { useCanvas, usePush } from '../push.ts';
import { useShown, type Shown } from '../shown.ts';
import { BoxCard } from './box-card.tsx';
import { CellInspector } from './cell-inspector.tsx';
import { CompareControl } from './compare-control.tsx';
import { CompareSlider } from './compare-slider.tsx';
import { DropZone } from './drop-zone.tsx';
import { EmptyState } from './empty-state.tsx';
import { Legend } from './legend.tsx';
import { RunHud } from './run-hud.tsx';
import { StagingBar } from './staging-bar.tsx';
import { ToolBar } from './tool-bar.tsx';
import { TextCard } from './text-card.tsx';
import { ZoomControl } from './zoom-control.tsx';
import '../inspect.css';
import '../viewer.css';

/** The middle of the window: the picture on its dark ground and what floats over it. */
export function Viewer() {
  const shown = useShown();
  const frame = shown?.frame ?? null;
  const name = usePictureName(shown?.picture ?? null);
  const overlayName = useSession((state) => state.overlay);
  const compareMode = useCompare((state) => state.mode);
  const host = useRef<HTMLDivElement>(null);
  const manager = useCanvas(host);
  useSpaceToPan(manager);
  usePush(manager, shown);
  return (
    <section className="viewer" aria-label={t('viewer.label')}>
      <div
        ref={host}
        className="viewer-canvas"
        role="application"
        tabIndex={0}
        aria-label={shown ? describe(shown, name) : t('viewer.empty.label')}
        hidden={!shown}
        onKeyDown={(event) => {
          if (manager) moveByKey(event, manager, frame);
        }}
      />
      {shown?.before && compareMode === 'slider' ? <CompareSlider {...shown.page.bounds} /> : null}
      {shown ? null : <EmptyState />}
      <div className="viewer-top">
        <NoticeBar />
        <RunHud />
        <ToolBar />
      </div>
      {shown ? (
        <div className="viewer-bottom">
          <div className="viewer-corner">
            <BoxCard />
            {frame ? <Legend frame={frame} overlay={overlayName} /> : null}
          </div>
          <div className="viewer-corner viewer-corner-end">
            <StagingBar />
            {shown.before ? <CompareControl /> : null}
            <ZoomControl />
          </div>
        </div>
      ) : null}
      <TextCard />
      {frame?.record && shown?.square ? (
        <CellInspector record={frame.record} position={frame.position} square={shown.square} />
      ) : null}
      <DropZone />
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

/**
 * Escape takes back what a tool has begun. The arrows move the keyboard's pointer while it is there, else nudge a selected box, or resize it with Ctrl; with Alt they move the
 * canvas, with Shift as well the picked token.
 */
function moveByKey(event: React.KeyboardEvent, manager: CanvasManager, frame: Frame | null): void {
  if (event.key === 'Escape' && (manager.pointer.cancel() || unselectBox())) event.preventDefault();
  const direction = directions[event.key];
  if (!direction) return;
  const [dx, dy] = direction;
  if (manager.pointer.keys.active && !event.altKey) {
    manager.pointer.keys.move(dx, dy, { far: event.shiftKey, fine: event.ctrlKey || event.metaKey });
  } else if (event.altKey) moveCanvas(event.shiftKey, dx, dy, manager, frame);
  else if (!moveBox(event, dx, dy)) return;
  event.preventDefault();
}

function unselectBox(): boolean {
  if (!selectedBox()) return false;
  selectBox(null);
  return true;
}

function moveBox(event: React.KeyboardEvent, dx: number, dy: number): boolean {
  const box = selectedBox();
  if (!box) return nudgeFrame(dx, dy, event.shiftKey, event.ctrlKey || event.metaKey);
  const step = event.shiftKey ? 10 : 1;
  const resizes = event.ctrlKey || event.metaKey;
  const place = resizes
    ? { x1: Math.max(box.x0 + 1, box.x1 + dx * step), y1: Math.max(box.y0 + 1, box.y1 + dy * step) }
    : movedInside(box, dx * step, dy * step);
  updateBox(box.id, place, true);
  return true;
}

function moveCanvas(
  walks: boolean,
  dx: number,
  dy: number,
  manager: CanvasManager,
  frame: Frame | null,
): void {
  const grid = frame?.record?.shape.grid;
  if (!walks) {
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

function describe({ frame }: Shown, name: string): string {
  const record = frame?.record;
  if (!record) return name ? t('viewer.pictureNamed', { name }) : t('viewer.picture');
  const prompt = nameOf(record.shape.request);
  return t('viewer.pictureOf', { prompt, step: frame.position, steps: record.steps });
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
