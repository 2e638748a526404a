import { ChevronDown, ClipboardCopy, Download, Eye, EyeOff, Trash2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { clearBoxes, hideBoxes, useBoxes } from '../../../canvas/selection-api.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { Kbd } from '../../../components/kbd.tsx';
import { t } from '../../../i18n/index.ts';
import { useNotes } from '../../notes/store.ts';
import { copyBoxes, misses, missWords, referenceOf, rowsOf, saveBoxes } from '../boxes.ts';
import { exportFormats } from '../export.ts';
import { BoxItem } from './box-item.tsx';

/** All boxes of the picture, what came out as none, and the ways out of the studio. */
export function BoxList() {
  const { boxes, selected, hidden } = useBoxes();
  const notes = useNotes((state) => state.notes);
  const reference = referenceOf(boxes, selected);
  const rows = rowsOf(boxes, notes, reference);
  const missed = misses(notes);
  return (
    <section className="section boxes" aria-label={t('ground.boxes')}>
      <div className="section-head">
        <h3 className="boxes-title">
          {t('ground.boxes')} <span className="num">{rows.length}</span>
        </h3>
        <span className="grow" />
        <IconButton
          icon={hidden ? EyeOff : Eye}
          size="s"
          label={hidden ? t('ground.showAll') : t('ground.hideAll')}
          pressed={hidden}
          onClick={() => {
            hideBoxes(!hidden);
          }}
        />
        <ExportMenu disabled={rows.length === 0} />
        <IconButton
          icon={Trash2}
          size="s"
          label={t('ground.clear')}
          disabled={rows.length === 0}
          onClick={() => {
            clearBoxes();
          }}
        />
      </div>
      {rows.length === 0 && missed.length === 0 ? (
        <p className="field-note">{t('ground.none')}</p>
      ) : (
        <p className="field-note">
          {reference
            ? t('ground.reference', { label: reference.label || t('ground.unnamed') })
            : t('ground.reference.none')}
        </p>
      )}
      <ol className="box-list">
        {rows.map((row, i) => (
          <BoxItem
            key={row.box.id}
            row={row}
            place={i + 1}
            selected={row.box.id === selected}
            isReference={row.box.id === reference?.id}
          />
        ))}
      </ol>
      {missed.length > 0 ? (
        <div className="misses" role="group" aria-label={t('ground.misses')}>
          <h4>{t('ground.misses')}</h4>
          <ul>
            {missed.map((miss, i) => (
              <li key={i}>
                <b>{miss.phrase}</b>
                <p>{missWords(miss)}</p>
                <code className="mono loc">{miss.raw}</code>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {rows.length > 0 ? (
        <p className="field-note boxes-keys">
          {t('ground.keys')} <Kbd keys="h" />
        </p>
      ) : null}
    </section>
  );
}

function ExportMenu({ disabled }: { disabled: boolean }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button size="s" icon={Download} disabled={disabled}>
          {t('ground.export')}
          <ChevronDown size={12} aria-hidden="true" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {exportFormats.map((format) => (
            <DropdownMenu.Item key={format} className="menu-item" onSelect={() => void copyBoxes(format)}>
              <ClipboardCopy size={14} aria-hidden="true" />
              {t('ground.copyAs', { format: t(`ground.format.${format}`) })}
            </DropdownMenu.Item>
          ))}
          {exportFormats.map((format) => (
            <DropdownMenu.Item
              key={format}
              className="menu-item"
              onSelect={() => {
                saveBoxes(format);
              }}
            >
              <Download size={14} aria-hidden="true" />
              {t('ground.saveAs', { format: t(`ground.format.${format}`) })}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
