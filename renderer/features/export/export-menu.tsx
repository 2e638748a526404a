import { Braces, Clapperboard, Download, ImageDown, LayoutGrid, type LucideIcon } from 'lucide-react';
import type { ExportFormat } from '../../../electron/contract/traces.ts';
import { IconButton } from '../../components/button.tsx';
import { useKeyOf } from '../../actions/keys.ts';
import { Menu, MenuItem } from '../../components/menu.tsx';
import { t } from '../../i18n/index.ts';
import { canSaveAs, openSaveAs } from '../save-as/store.ts';
import { canExport, exportRun, useExport } from './export.ts';

const formats: readonly { format: ExportFormat; icon: LucideIcon }[] = [
  { format: 'gif', icon: Clapperboard },
  { format: 'sheet', icon: LayoutGrid },
  { format: 'json', icon: Braces },
];

/** The run's picture in a form of one's choice, or the run as a film, a sheet of pictures, or numbers. */
export function ExportMenu({ disabled }: { disabled: boolean }) {
  const busy = useExport((state) => state.busy);
  const saveKey = useKeyOf('picture.saveAs');
  return (
    <Menu
      side="top"
      align="end"
      trigger={
        <IconButton
          icon={Download}
          side="top"
          label={busy === null ? t('export.title') : t('export.busy')}
          disabled={disabled || busy !== null}
        />
      }
    >
      <MenuItem
        icon={ImageDown}
        hint={t('export.picture.about')}
        shortcut={saveKey}
        disabled={!canSaveAs()}
        onSelect={openSaveAs}
      >
        {t('export.picture')}
      </MenuItem>
      {formats.map(({ format, icon }) => (
        <MenuItem
          key={format}
          icon={icon}
          hint={t(`export.${format}.about`)}
          disabled={!canExport(format)}
          onSelect={() => void exportRun(format)}
        >
          {t(`export.${format}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}
