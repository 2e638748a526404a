import { Contrast, Monitor, Moon, Sun } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { Menu, MenuChoice } from '../../../components/menu.tsx';
import { t } from '../../../i18n/index.ts';
import { themeNames } from '../../../../electron/contract/settings.ts';
import { changeSettings, useUserSettings } from '../../../state/user-settings.ts';

const icons = { dark: Moon, light: Sun, contrast: Contrast, system: Monitor };

export function ThemeMenu() {
  const theme = useUserSettings(({ settings }) => settings.theme);
  return (
    <Menu align="end" trigger={<IconButton icon={icons[theme]} label={t('theme.label')} />}>
      <MenuChoice
        value={theme}
        choices={themeNames.map((name) => ({ value: name, label: t(`theme.${name}`) }))}
        onChange={(name) => {
          changeSettings({ theme: name });
        }}
      />
    </Menu>
  );
}
