import { Frame } from 'lucide-react';
import type { ReactNode } from 'react';
import { useCanvasPicture } from '../../../canvas/selection-api.ts';
import { Button } from '../../../components/button.tsx';
import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { takeFrameTool, zoomOut } from '../frame.ts';
import { zoomOutIcon } from '../intents.ts';
import { PaddingField, SeenNote } from './context-fields.tsx';

const sides = ['left', 'top', 'right', 'bottom'] as const;
const most = 8192;
/** Quick choices: how many times as wide and high the picture becomes. */
const zooms = [1.25, 1.5, 2] as const;

/** How much is added on each side of the picture. */
export function ExpandFields({ children }: { children: ReactNode }) {
  const added = useDocument(({ document }) => document.tasks.edit.added);
  const picture = useCanvasPicture((state) => state.picture);
  return (
    <div className="fields region-fields" role="group" aria-label={t('edit.added')}>
      <Field label={t('edit.added')}>
        <div className="added-sides">
          {sides.map((side) => (
            <NumberField
              key={side}
              label={t(`edit.added.${side}`)}
              value={added[side]}
              min={0}
              max={most}
              step={8}
              hint={t('task.px')}
              onChange={(value) => {
                if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= most)
                  editTask('edit', `added ${side}`, { added: { ...added, [side]: value } });
              }}
            />
          ))}
        </div>
        <div className="frame-buttons">
          <Button size="s" icon={Frame} disabled={!picture} onClick={takeFrameTool}>
            {t('edit.added.drag')}
          </Button>
        </div>
        {picture ? (
          <p className="field-note" role="status">
            {t('edit.added.size', {
              width: picture.width + added.left + added.right,
              height: picture.height + added.top + added.bottom,
            })}
          </p>
        ) : null}
      </Field>
      <Field label={t('edit.zoomOut')}>
        <div className="frame-buttons">
          {zooms.map((factor) => (
            <Button
              key={factor}
              size="s"
              icon={zoomOutIcon}
              disabled={!picture}
              title={t('edit.zoomOut.about')}
              onClick={() => {
                zoomOut(factor);
              }}
            >
              {t('edit.zoomOut.by', { n: String(factor) })}
            </Button>
          ))}
        </div>
      </Field>
      <div className="pair">
        <PaddingField />
        {children}
      </div>
      <SeenNote />
    </div>
  );
}
