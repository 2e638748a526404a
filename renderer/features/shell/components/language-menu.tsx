import { Check, Languages } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { IconButton } from '../../../components/button.tsx';
import { languageNames, t } from '../../../i18n/index.ts';
import { languageChoices } from '../../../../electron/contract/settings.ts';
import { changeSettings, useUserSettings } from '../../../state/user-settings.ts';

export function LanguageMenu() {
  const language = useUserSettings(({ settings }) => settings.language);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton icon={Languages} label={t('language.label')} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.RadioGroup
            value={language}
            onValueChange={(value) => {
              const choice = languageChoices.find((candidate) => candidate === value);
              if (choice) changeSettings({ language: choice });
            }}
          >
            {languageChoices.map((choice) => (
              <DropdownMenu.RadioItem key={choice} value={choice} className="menu-item">
                <span className="menu-check">
                  <DropdownMenu.ItemIndicator>
                    <Check size={14} aria-hidden="true" />
                  </DropdownMenu.ItemIndicator>
                </span>
                {choice === 'system' ? t('language.system') : languageNames[choice]}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
