import { ChartNoAxesColumn, Eye, EyeOff, RotateCcw, X } from 'lucide-react';
import { removeBox, selectBox, updateBox } from '../../../canvas/selection-api.ts';
import { IconButton } from '../../../components/button.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { useNotes } from '../../notes/store.ts';
import { lookInto } from '../../playback/look-into.ts';
import { nudgeBox, runOfBox, type BoxRow } from '../boxes.ts';

interface BoxItemProps {
  row: BoxRow;
  place: number;
  selected: boolean;
  isReference: boolean;
}

/** One box: label, place, how sure, overlap, and what the model wrote; the selected one can be set by numbers. */
export function BoxItem({ row, place, selected, isReference }: BoxItemProps) {
  const { box, noted, iou } = row;
  const name = box.label || t('ground.unnamed');
  const numbers = [box.x0, box.y0, box.x1, box.y1].map((edge) => formatNumber(edge)).join(' ');
  return (
    <li className="box-item" data-selected={selected || undefined}>
      <div className="box-line">
        <button
          type="button"
          className="box-pick"
          aria-pressed={selected}
          aria-label={t('ground.select', { n: place, label: name })}
          style={{ '--box': box.colour } as React.CSSProperties}
          onClick={() => {
            selectBox(selected ? null : box.id);
          }}
          onKeyDown={(event) => {
            if (selected && nudgeBox(box, event)) event.preventDefault();
          }}
        >
          <span className="num">{place}</span>
        </button>
        <input
          className="box-label"
          aria-label={t('ground.label', { n: place })}
          value={box.label}
          title={box.label}
          placeholder={t('ground.unnamed')}
          maxLength={400}
          spellCheck={false}
          onFocus={() => {
            selectBox(box.id);
          }}
          onChange={(event) => {
            updateBox(box.id, { label: event.target.value }, true);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        {noted?.origin === 'ground' ? (
          <IconButton
            icon={ChartNoAxesColumn}
            size="s"
            side="left"
            label={t('coordinate.look', { label: name })}
            onClick={() => void lookInto(runOfBox(box.id))}
          />
        ) : null}
        <IconButton
          icon={box.visible ? Eye : EyeOff}
          size="s"
          side="left"
          label={t(box.visible ? 'ground.hide' : 'ground.show', { label: name })}
          pressed={!box.visible}
          onClick={() => {
            updateBox(box.id, { visible: !box.visible });
          }}
        />
        <IconButton
          icon={X}
          size="s"
          side="left"
          label={t('ground.remove', { label: name })}
          onClick={() => {
            removeBox(box.id);
          }}
        />
      </div>
      <div className="box-facts num">
        <span title={t('ground.edges')}>{numbers}</span>
        <span className="grow" />
        {noted && noted.confidence !== null ? (
          <span title={t('ground.confidence')}>
            {t('ground.percent', { n: formatNumber(noted.confidence * 100) })}
          </span>
        ) : null}
        {isReference ? (
          <span className="box-reference">{t('ground.isReference')}</span>
        ) : iou === null ? null : (
          <span className="box-iou" title={t('ground.iou.about')}>
            {t('ground.iou', { n: formatNumber(iou, 2) })}
          </span>
        )}
      </div>
      {noted?.raw ? <code className="mono loc">{noted.raw}</code> : null}
      {selected ? <Numbers row={row} /> : null}
    </li>
  );
}

const edges = ['x0', 'y0', 'x1', 'y1'] as const;

/** The four edges as numbers, and the way back to what the model said. */
function Numbers({ row: { box, noted } }: { row: BoxRow }) {
  const size = useNotes((state) => state.picture);
  const original = noted?.original ?? null;
  return (
    <div className="box-numbers">
      <div className="quad-line">
        {edges.map((edge) => (
          <NumberField
            key={edge}
            label={t(`ground.${edge}`)}
            value={box[edge]}
            min={0}
            max={(edge === 'x0' || edge === 'x1' ? size?.width : size?.height) ?? 0}
            step={1}
            decimals={1}
            onChange={(value) => {
              if (value !== undefined && Number.isFinite(value)) updateBox(box.id, { [edge]: value }, true);
            }}
          />
        ))}
      </div>
      {original ? (
        <button
          type="button"
          className="text-button"
          onClick={() => {
            const [x0, y0, x1, y1] = original;
            updateBox(box.id, { x0, y0, x1, y1 });
          }}
        >
          <RotateCcw size={12} aria-hidden="true" />
          {t('ground.original')}
        </button>
      ) : null}
    </div>
  );
}
