import type { Settings } from '../../electron/contract/settings.ts';
import { useUserSettings, userSettings } from './user-settings.ts';

/** Remembered by the page itself, so that its first frame already has the right colours. */
const rememberedTheme = 'lavida.theme';

export function applyRememberedTheme(): void {
  try {
    const theme = window.localStorage.getItem(rememberedTheme);
    if (theme) document.documentElement.dataset['theme'] = theme;
  } catch {
    // A browser that keeps nothing shows the dark theme first.
  }
}

/** Puts theme, density and motion on the page and follows the system where that is chosen. */
export function applyAppearance(): void {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  const apply = ({ theme, density, motion }: Settings): void => {
    const system = contrast.matches ? 'contrast' : light.matches ? 'light' : 'dark';
    const { dataset } = document.documentElement;
    dataset['theme'] = theme === 'system' ? system : theme;
    dataset['density'] = density;
    dataset['motion'] = motion;
    try {
      window.localStorage.setItem(rememberedTheme, dataset['theme']);
    } catch {
      // See above.
    }
  };
  const again = (): void => {
    apply(userSettings());
  };
  again();
  light.addEventListener('change', again);
  contrast.addEventListener('change', again);
  useUserSettings.subscribe(({ settings }) => {
    apply(settings);
  });
}

/** Whether things should come and go without moving. */
export function motionIsReduced(): boolean {
  const { motion } = userSettings();
  if (motion === 'system') return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return motion === 'reduced';
}
