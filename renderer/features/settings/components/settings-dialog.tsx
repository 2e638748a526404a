import {
  Bell,
  Boxes,
  Cpu,
  FolderCog,
  Keyboard,
  MemoryStick,
  Palette,
  PlugZap,
  ShieldCheck,
  SlidersHorizontal,
  X,
} from 'lucide-react';
import { Dialog, Tabs } from 'radix-ui';
import { useState } from 'react';
import { defaultSettings } from '../../../../electron/contract/settings.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { useDialogFocus } from '../../../components/dialog-focus.ts';
import { SearchField } from '../../../components/search-field.tsx';
import { t } from '../../../i18n/index.ts';
import { changeSettings, useUserSettings } from '../../../state/user-settings.ts';
import { restartEngine, useEngine } from '../../engine/store.ts';
import { settingFields, settingMatches } from '../fields.ts';
import { settingsPages, useSettingsDialog, type SettingsPage } from '../store.ts';
import { HardwarePage } from '../../hardware/components/hardware-page.tsx';
import { NoticePermissionRow } from '../../notices/notice-permission.tsx';
import { PrivacyPage } from './privacy-page.tsx';
import { SettingRow } from './setting-row.tsx';
import { actionsMatching, ShortcutEditor } from './shortcut-editor.tsx';
import '../settings.css';

const icons = {
  appearance: Palette,
  work: SlidersHorizontal,
  engine: Cpu,
  hardware: MemoryStick,
  files: FolderCog,
  models: Boxes,
  notices: Bell,
  shortcuts: Keyboard,
  privacy: ShieldCheck,
};

/** Everything that is set once, drawn from the schema of the settings. */
export function SettingsDialog() {
  const page = useSettingsDialog((state) => state.page);
  const focus = useDialogFocus();
  return (
    <Dialog.Root
      open={page !== null}
      onOpenChange={(open) => {
        if (!open) useSettingsDialog.setState({ page: null });
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog dialog-settings"
          aria-describedby={undefined}
          {...focus}
          onEscapeKeyDown={(event) => {
            if (useSettingsDialog.getState().capturing) event.preventDefault();
          }}
        >
          {page ? <SettingsPages page={page} /> : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function SettingsPages({ page }: { page: SettingsPage }) {
  const [query, setQuery] = useState('');
  return (
    <Tabs.Root
      className="settings"
      orientation="vertical"
      value={query === '' ? page : ''}
      onValueChange={(value) => {
        const next = settingsPages.find((candidate) => candidate === value);
        if (!next) return;
        setQuery('');
        useSettingsDialog.setState({ page: next });
      }}
    >
      <header className="dialog-head settings-head">
        <Dialog.Title>{t('settings.title')}</Dialog.Title>
        <SearchField
          className="settings-search"
          label={t('settings.search')}
          value={query}
          onChange={setQuery}
        />
        <Dialog.Close asChild>
          <IconButton icon={X} label={t('dialog.close')} />
        </Dialog.Close>
      </header>
      <Tabs.List className="settings-pages" aria-label={t('settings.title')}>
        {settingsPages.map((name) => {
          const Icon = icons[name];
          return (
            <Tabs.Trigger key={name} value={name} className="settings-page">
              <Icon size={16} aria-hidden="true" />
              {t(`settings.${name}`)}
            </Tabs.Trigger>
          );
        })}
      </Tabs.List>
      <div className="settings-body">
        {query === '' ? (
          settingsPages.map((name) => (
            <Tabs.Content key={name} value={name} tabIndex={-1}>
              {settingFields
                .filter(({ group }) => group === name)
                .map((field) => (
                  <SettingRow key={field.key} field={field} />
                ))}
              {name === 'engine' ? <OutdatedEngine /> : null}
              {name === 'hardware' ? <HardwarePage /> : null}
              {name === 'notices' ? <NoticePermissionRow /> : null}
              {name === 'shortcuts' ? <ShortcutEditor query="" /> : null}
              {name === 'privacy' ? <PrivacyPage /> : null}
            </Tabs.Content>
          ))
        ) : (
          <Found query={query} />
        )}
      </div>
      <Footer />
    </Tabs.Root>
  );
}

function Found({ query }: { query: string }) {
  const found = settingFields.filter((field) => settingMatches(field, query));
  return (
    <>
      {found.map((field) => (
        <SettingRow key={field.key} field={field} />
      ))}
      {found.length + actionsMatching(query).length === 0 ? (
        <p className="settings-none">{t('settings.none', { query })}</p>
      ) : null}
      <ShortcutEditor query={query} />
    </>
  );
}

/** Engine settings count from its next start on; this is where it can be started again at once. */
function OutdatedEngine() {
  const outdated = useEngine((state) => state.status?.outdated ?? false);
  if (!outdated) return null;
  return (
    <div className="settings-outdated" role="status">
      <span>{t('settings.outdated')}</span>
      <Button size="s" icon={PlugZap} onClick={() => void restartEngine()}>
        {t('engine.restart')}
      </Button>
    </div>
  );
}

function Footer() {
  const file = useUserSettings((state) => state.file);
  return (
    <footer className="settings-foot">
      <span className="settings-file mono" title={file}>
        {file}
      </span>
      <Button
        size="s"
        variant="quiet"
        onClick={() => {
          const { shortcuts, tourSeen } = useUserSettings.getState().settings;
          changeSettings({ ...defaultSettings, shortcuts, tourSeen });
        }}
      >
        {t('settings.resetAll')}
      </Button>
    </footer>
  );
}
