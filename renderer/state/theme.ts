import { useSession } from './session.ts';

/** Puts the chosen theme on the page and follows the system where that is chosen. */
export function applyTheme(): void {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const { theme } = useSession.getState();
    const system = contrast.matches ? 'contrast' : light.matches ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = theme === 'system' ? system : theme;
  };
  apply();
  light.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  useSession.subscribe((now, before) => {
    if (now.theme !== before.theme) apply();
  });
}
