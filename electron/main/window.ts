import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import { appOrigin } from '../../native/policy/window-rules.ts';
import { secureWebPreferences } from './web-preferences.ts';

/** The page's own darkest background, so that nothing flashes while it loads. */
const background = '#101114';

/** Windows whose pages may call the studio. */
export const knownWindows = new Set<BrowserWindow>();

/** Opens the studio's window; it shows itself when its page has something to show. */
export function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    name: 'studio',
    windowStatePersistence: true,
    title: app.name,
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 640,
    show: false,
    backgroundColor: background,
    autoHideMenuBar: process.platform !== 'darwin',
    webPreferences: secureWebPreferences(join(app.getAppPath(), 'out', 'preload', 'preload.cjs')),
  });
  knownWindows.add(window);
  window.once('ready-to-show', () => {
    window.show();
  });
  window.on('closed', () => knownWindows.delete(window));
  void window.loadURL(`${appOrigin}/`);
  return window;
}
