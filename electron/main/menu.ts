import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron';
import { openExternal } from './external.ts';
import type { MenuTexts } from './menu-texts.ts';

const paper = 'https://arxiv.org/abs/2509.19244';

/** The application menu: what every platform expects, and the folder the pictures are in. */
export function installMenu(outputFolder: string, texts: MenuTexts): void {
  const appMenu: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...appMenu,
      {
        label: texts.file,
        submenu: [
          {
            label: texts.showPictures,
            accelerator: 'CmdOrCtrl+Shift+O',
            click: () => void shell.openPath(outputFolder),
          },
          { type: 'separator' },
          process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
        ],
      },
      { role: 'editMenu' },
      {
        label: texts.view,
        submenu: [
          { role: 'reload' },
          ...(app.isPackaged ? [] : ([{ role: 'toggleDevTools' }] satisfies MenuItemConstructorOptions[])),
          { type: 'separator' },
          { role: 'togglefullscreen' },
        ],
      },
      { role: 'windowMenu' },
      {
        role: 'help',
        submenu: [
          {
            label: texts.aboutModel,
            click: () => {
              openExternal(paper);
            },
          },
        ],
      },
    ]),
  );
}
