import { Check, Contrast, Monitor, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { IconButton } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { themeNames } from '../../../../electron/contract/settings.ts';
import { changeSettings, useUserSettings } from '../../../state/user-settings.ts';

const icons = { dark: Moon, light: Sun, contrast: Contrast, system: Monitor };

export function ThemeMenu() {
  const theme = useUserSettings(({ settings }) => settings.theme);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton icon={icons[theme]} label={t('theme.label')} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.RadioGroup
            value={theme}
            onValueChange={(value) => {
              const name = themeNames.find((candidate) => candidate === value);
              if (name) changeSettings({ theme: name });
            }}
          >
            {themeNames.map((name) => (
              <DropdownMenu.RadioItem key={name} value={name} className="menu-item">
                <span className="menu-check">
                  <DropdownMenu.ItemIndicator>
                    <Check size={14} aria-hidden="true" />
                  </DropdownMenu.ItemIndicator>
                </span>
                {t(`theme.${name}`)}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
