import { Braces, Clapperboard, Download, LayoutGrid, type LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ExportFormat } from '../../../electron/contract/traces.ts';
import { IconButton } from '../../components/button.tsx';
import { t } from '../../i18n/index.ts';
import { canExport, exportRun, useExport } from './export.ts';

const formats: readonly { format: ExportFormat; icon: LucideIcon }[] = [
  { format: 'gif', icon: Clapperboard },
  { format: 'sheet', icon: LayoutGrid },
  { format: 'json', icon: Braces },
];

/** The run as a film, a sheet of pictures, or numbers. */
export function ExportMenu({ disabled }: { disabled: boolean }) {
  const busy = useExport((state) => state.busy);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <IconButton
          icon={Download}
          side="top"
          label={busy === null ? t('export.title') : t('export.busy')}
          disabled={disabled || busy !== null}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" side="top" align="end" sideOffset={6} collisionPadding={8}>
          {formats.map(({ format, icon: Icon }) => (
            <DropdownMenu.Item
              key={format}
              className="menu-item"
              disabled={!canExport(format)}
              onSelect={() => void exportRun(format)}
            >
              <span className="menu-check">
                <Icon size={14} aria-hidden="true" />
              </span>
              <span className="menu-text">
                {t(`export.${format}`)}
                <span className="menu-hint">{t(`export.${format}.about`)}</span>
              </span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
