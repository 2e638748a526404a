import { Copy, X } from 'lucide-react';
import { useMemo } from 'react';
import type { PixelRect } from '../../../canvas/mask/mask.ts';
import { currentCanvas, useViewport } from '../../../canvas/current.ts';
import { IconButton } from '../../../components/button.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { copyText } from '../../playback/clipboard.ts';
import { cellStates, notCommitted, statesAt, type RunRecord } from '../../playback/record.ts';
import { usePlayback } from '../../playback/store.ts';
import { topOf, valueAt } from '../overlay.ts';
import { Candidates } from './candidates.tsx';

interface InspectorProps {
  record: RunRecord;
  position: number;
  /** Where the grid of codes lies, pixels of the picture on the canvas. */
  square: PixelRect;
}

const cardWidth = 268;
const cardHeight = 400;

/** Looks into one code: the picked one, or with the inspector in hand the one under the pointer. */
export function CellInspector({ record, position, square }: InspectorProps) {
  const picked = usePlayback((state) => state.picked);
  const hovered = usePlayback((state) => state.hovered);
  const tool = useSession((state) => state.tool);
  const cell = picked ?? (tool === 'inspect' ? hovered : null);
  if (cell === null || cell >= record.codes) return null;
  return (
    <CellCard record={record} position={position} square={square} cell={cell} pinned={picked !== null} />
  );
}

function stageWidth(): number {
  // Every resize of the canvas moves the viewport, which renders the card anew.
  return currentCanvas()?.container.clientWidth ?? 0;
}

function CellCard(props: InspectorProps & { cell: number; pinned: boolean }) {
  const { record, position, square, cell, pinned } = props;
  const viewport = useViewport();
  const { grid, maskId } = record.shape;
  const column = cell % grid.width;
  const row = Math.floor(cell / grid.width);
  const state = cellStates[statesAt(record, position)[cell] ?? 0] ?? 'masked';
  const committed = record.commitStep[cell] as number;
  const isCommitted = committed < position;
  const now = record.step(position - 1);
  const id = isCommitted ? now?.ids[cell] : now?.drafted[cell];
  const q = valueAt(record, position, cell, 'confidence');
  const h = valueAt(record, position, cell, 'entropy');
  const g = valueAt(record, position, cell, 'guidance');
  const candidates = record.candidates(isCommitted ? committed : position - 1, cell);
  const [first, second] = candidates;
  const margin = first ? first.probability - (second?.probability ?? 0) : NaN;
  const copy = (): void => {
    const facts = {
      row: row + 1,
      column: column + 1,
      position: cell,
      step: position,
      state,
      id,
      confidence: q,
    };
    const exact = {
      ...facts,
      entropy: h,
      guidanceDelta: g,
      margin,
      candidates,
      committedAtStep: isCommitted ? committed + 1 : null,
    };
    void copyText(JSON.stringify(exact, null, 2), t('copy.numbers'));
  };
  const [left, width] = [viewport.x + square.x0 * viewport.scale, (square.x1 - square.x0) * viewport.scale];
  const cellWidth = width / grid.width;
  const cellHeight = ((square.y1 - square.y0) * viewport.scale) / grid.height;
  // Beside the square where there is room, else beside the cell.
  const room = stageWidth() - (left + width);
  const right = left + (room > cardWidth + 28 ? width : (column + 1) * cellWidth) + 14;
  const top = viewport.y + square.y0 * viewport.scale + row * cellHeight;
  return (
    <div
      className="cell-card"
      data-pinned={pinned || undefined}
      style={{
        left: `clamp(12px, ${String(Math.round(right))}px, calc(100% - ${String(cardWidth + 12)}px))`,
        top: `clamp(56px, ${String(Math.round(top))}px, calc(100% - ${String(cardHeight + 8)}px))`,
      }}
      role="group"
      aria-label={t('cell.title', { row: row + 1, column: column + 1 })}
    >
      <header>
        <b className="num">{t('cell.title', { row: row + 1, column: column + 1 })}</b>
        <IconButton icon={Copy} size="s" label={t('cell.copy')} onClick={copy} />
        {pinned ? (
          <IconButton
            icon={X}
            size="s"
            label={t('cell.close')}
            keyOf="canvas.unpick"
            onClick={() => {
              usePlayback.setState({ picked: null });
            }}
          />
        ) : null}
      </header>
      <p className="cell-state">
        <i className={`swatch swatch-${state}`} aria-hidden="true" />
        {t(`state.${state}`)}
        <span className="mono cell-id">
          {id === undefined || id === maskId ? '–' : t(isCommitted ? 'cell.id' : 'cell.draft', { id })}
        </span>
      </p>
      <Meter label={t('cell.confidence')} value={q} share={q} decimals={4} />
      <Meter
        label={t('cell.entropy')}
        value={h}
        share={h / topOf(record, 'entropy')}
        decimals={4}
        unit={t('unit.nats')}
      />
      {Number.isFinite(margin) ? (
        <Meter label={t('cell.margin')} value={margin} share={margin} decimals={3} />
      ) : null}
      {Number.isFinite(g) ? (
        <Meter label={t('cell.guidance')} value={g} share={g / topOf(record, 'guidance')} decimals={3} />
      ) : null}
      <Candidates list={candidates} chosen={id} />
      <History record={record} cell={cell} position={position} />
      <p className="cell-foot">
        {record.isGiven(cell)
          ? t('cell.given')
          : committed === notCommitted
            ? t('cell.open')
            : t('cell.committedAt', { step: committed + 1, steps: record.steps })}
      </p>
    </div>
  );
}

function Meter(props: { label: string; value: number; share: number; decimals: number; unit?: string }) {
  const known = Number.isFinite(props.value);
  return (
    <div className="meter">
      <span>{props.label}</span>
      <i aria-hidden="true">
        <u style={{ width: `${String(known ? Math.min(100, Math.max(0, props.share * 100)) : 0)}%` }} />
      </i>
      <span className="num copyable">
        {known ? `${formatNumber(props.value, props.decimals)} ${props.unit ?? ''}` : '–'}
      </span>
    </div>
  );
}

/** How the confidence in this code's draft went, step by step, until it was committed. */
function History({ record, cell, position }: Omit<InspectorProps, 'square'> & { cell: number }) {
  const width = cardWidth - 24;
  const height = 40;
  const until = Math.min(record.commitStep[cell] as number, record.reached - 1);
  const path = useMemo(() => {
    const points: string[] = [];
    for (let step = 0; step <= until; step++) {
      const q = record.step(step)?.confidence[cell];
      if (q === undefined) continue;
      const x = ((step + 0.5) / record.steps) * width;
      points.push(`${x.toFixed(1)},${(height - 3 - q * (height - 6)).toFixed(1)}`);
    }
    return points;
    // `position` re-reads a record that grows in place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [record, cell, until, width, position]);
  const end = path.at(-1)?.split(',');
  return (
    <svg className="cell-history" width={width} height={height} role="img" aria-label={t('cell.history')}>
      <line x1={0} x2={width} y1={height - 2.5} y2={height - 2.5} />
      <line
        className="cell-now"
        x1={(position / record.steps) * width}
        x2={(position / record.steps) * width}
        y1={0}
        y2={height}
      />
      <polyline points={path.join(' ')} />
      {end && (record.commitStep[cell] as number) !== notCommitted ? (
        <circle cx={end[0]} cy={end[1]} r={3} />
      ) : null}
    </svg>
  );
}
