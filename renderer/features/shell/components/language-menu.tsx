import { Languages } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { Menu, MenuChoice } from '../../../components/menu.tsx';
import { languageNames, t } from '../../../i18n/index.ts';
import { languageChoices } from '../../../../electron/contract/settings.ts';
import { changeSettings, useUserSettings } from '../../../state/user-settings.ts';

export function LanguageMenu() {
  const language = useUserSettings(({ settings }) => settings.language);
  return (
    <Menu align="end" trigger={<IconButton icon={Languages} label={t('language.label')} />}>
      <MenuChoice
        value={language}
        choices={languageChoices.map((choice) => ({
          value: choice,
          label: choice === 'system' ? t('language.system') : languageNames[choice],
        }))}
        onChange={(choice) => {
          changeSettings({ language: choice });
        }}
      />
    </Menu>
  );
}
