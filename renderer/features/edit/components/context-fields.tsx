import { Frame, Scan } from 'lucide-react';
import { useBoxes, useCanvasPicture, useMask } from '../../../canvas/selection-api.ts';
import { Button } from '../../../components/button.tsx';
import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { contextChoices, paddingRange } from '../../../state/task-drafts.ts';
import { draftFrame, fitFrame, takeFrameTool } from '../frame.ts';
import { useRegion } from '../edit.ts';
import { useEditSettings } from '../settings.ts';

/** How much of the picture the model sees: all of it, what lies around the selection, or a frame. */
export function ContextFields() {
  const context = useDocument(({ document }) => document.tasks.edit.context);
  const selected = useBoxes((state) => state.selected !== null);
  const masked = useMask((state) => state.pixels > 0);
  return (
    <div className="fields region-fields" role="group" aria-label={t('edit.context')}>
      <Field label={t('edit.context')}>
        <Segmented
          label={t('edit.context')}
          value={context}
          options={contextChoices.map((name) => ({
            value: name,
            label: t(`edit.context.${name}`),
            about: t(`edit.context.${name}.about`),
          }))}
          onChange={(value) => {
            if (value === 'frame') takeFrameTool();
            else editTask('edit', 'context', { context: value });
          }}
        />
        <SeenNote />
      </Field>
      {context === 'around' ? <PaddingField /> : null}
      {context === 'frame' ? (
        <div className="frame-buttons">
          <Button size="s" icon={Frame} onClick={takeFrameTool}>
            {t('edit.frame.draw')}
          </Button>
          <Button size="s" icon={Scan} disabled={!selected && !masked} onClick={fitFrame}>
            {t('edit.frame.fit')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** What is shown of the picture around what may change. */
export function PaddingField() {
  const padding = useDocument(({ document }) => document.tasks.edit.padding);
  return (
    <NumberField
      label={t('edit.padding')}
      about={t('edit.padding.about')}
      value={padding}
      {...paddingRange}
      step={10}
      hint="%"
      onChange={(value) => {
        if (value !== undefined && value >= paddingRange.min && value <= paddingRange.max)
          editTask('edit', 'padding', { padding: value });
      }}
    />
  );
}

/** How large what the model sees is, and at which share of its own size. */
export function SeenNote() {
  const draft = useDocument(({ document }) => document.tasks.edit);
  const region = useRegion();
  const { fit } = useEditSettings();
  const picture = useCanvasPicture((state) => state.picture);
  const side = useMask((state) => state.model?.side ?? 0);
  // The frame follows the mask and the boxes.
  useMask((state) => state.version);
  useBoxes((state) => state.boxes);
  useBoxes((state) => state.selected);
  if (!picture || side === 0) return null;
  const frame = draftFrame(draft);
  const seen = frame?.side ?? (fit === 'pad' ? Math.max : Math.min)(picture.width, picture.height);
  const percent = formatNumber((side / seen) * 100);
  if (draft.intent !== 'expand' && draft.context === 'around' && region === 'none')
    return <p className="field-note">{t('edit.context.around.none')}</p>;
  if (frame) {
    return (
      <p className="field-note" data-testid="frame-note">
        {t('edit.frame.seen', { side: frame.side, x: frame.left, y: frame.top, percent })}
      </p>
    );
  }
  const shrinks = region === 'none' && (picture.width !== side || picture.height !== side);
  if (seen <= side && !shrinks) return null;
  return (
    <p className="field-note" data-testid="frame-note">
      {seen > side ? t('edit.context.picture.small', { percent }) : ''}{' '}
      {shrinks ? t('edit.context.picture.shrinks', { side }) : ''}
    </p>
  );
}
