import { ChevronDown, ClipboardCopy, Download, Eye, EyeOff, Trash2 } from 'lucide-react';
import { clearBoxes, hideBoxes, useBoxes } from '../../../canvas/selection-api.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { ActionKey } from '../../../components/action-key.tsx';
import { Menu, MenuItem, MenuLine } from '../../../components/menu.tsx';
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
          {t('ground.keys')} <ActionKey id="box.hide" />
        </p>
      ) : null}
    </section>
  );
}

function ExportMenu({ disabled }: { disabled: boolean }) {
  return (
    <Menu
      align="end"
      trigger={
        <Button size="s" icon={Download} disabled={disabled}>
          {t('ground.export')}
          <ChevronDown size={12} aria-hidden="true" />
        </Button>
      }
    >
      {exportFormats.map((format) => (
        <MenuItem key={format} icon={ClipboardCopy} onSelect={() => void copyBoxes(format)}>
          {t('ground.copyAs', { format: t(`ground.format.${format}`) })}
        </MenuItem>
      ))}
      <MenuLine />
      {exportFormats.map((format) => (
        <MenuItem
          key={format}
          icon={Download}
          onSelect={() => {
            saveBoxes(format);
          }}
        >
          {t('ground.saveAs', { format: t(`ground.format.${format}`) })}
        </MenuItem>
      ))}
    </Menu>
  );
}
