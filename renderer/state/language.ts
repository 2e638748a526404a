import { create } from 'zustand';
import { currentLanguage, setLanguage, systemLanguage, type Language } from '../i18n/index.ts';
import { useUserSettings, userSettings } from './user-settings.ts';

/** The language on the screen; the window is drawn anew when it changes. */
export const useLanguage = create<{ language: Language }>(() => ({ language: currentLanguage() }));

/** Puts the chosen language on the page and follows the system where that is chosen. */
export function applyLanguage(): void {
  const apply = (): void => {
    const chosen = userSettings().language;
    const language = chosen === 'system' ? systemLanguage() : chosen;
    setLanguage(language);
    useLanguage.setState({ language });
  };
  apply();
  window.addEventListener('languagechange', apply);
  useUserSettings.subscribe(apply);
}
