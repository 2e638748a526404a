import { create } from 'zustand';
import { currentLanguage, setLanguage, systemLanguage, type Language } from '../i18n/index.ts';
import { useSession } from './session.ts';

/** The language on the screen; the window is drawn anew when it changes. */
export const useLanguage = create<{ language: Language }>(() => ({ language: currentLanguage() }));

/** Puts the chosen language on the page and follows the system where that is chosen. */
export function applyLanguage(): void {
  const apply = (): void => {
    const chosen = useSession.getState().language;
    const language = chosen === 'system' ? systemLanguage() : chosen;
    setLanguage(language);
    useLanguage.setState({ language });
  };
  apply();
  window.addEventListener('languagechange', apply);
  useSession.subscribe((now, before) => {
    if (now.language !== before.language) apply();
  });
}
