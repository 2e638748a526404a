import { SquareDashedMousePointer, Trash2 } from 'lucide-react';
import {
  removeBox,
  setMaskFromBoxes,
  updateBox,
  useBoxes,
  useCanvasPicture,
} from '../../../canvas/selection-api.ts';
import { IconButton } from '../../../components/button.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';

/** The selected box: its label, where it lies, and what can be made of it. */
export function BoxCard() {
  const box = useBoxes(({ boxes, selected }) => boxes.find(({ id }) => id === selected));
  const hasPicture = useCanvasPicture((state) => state.picture !== null);
  if (!box) return null;
  const places = [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0].map((value) => formatNumber(value));
  const [x = '', y = '', width = '', height = ''] = places;
  return (
    <div className="hud-chip box-card" role="group" aria-label={t('box.label')}>
      <i className="box-colour" style={{ background: box.colour }} aria-hidden="true" />
      <input
        className="box-name"
        aria-label={t('box.name')}
        placeholder={t('box.name')}
        value={box.label}
        maxLength={200}
        spellCheck={false}
        onChange={(event) => {
          updateBox(box.id, { label: event.target.value }, true);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <span className="num">{t('box.place', { x, y, width, height })}</span>
      <IconButton
        icon={SquareDashedMousePointer}
        size="s"
        side="top"
        label={t('box.toMask')}
        disabled={!hasPicture}
        onClick={() => {
          setMaskFromBoxes([box], 'add');
        }}
      />
      <IconButton
        icon={Trash2}
        size="s"
        side="top"
        label={t('box.remove')}
        keyOf="box.remove"
        onClick={() => {
          removeBox(box.id);
        }}
      />
    </div>
  );
}
