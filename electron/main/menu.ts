import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron';
import { openExternal } from './external.ts';

const paper = 'https://arxiv.org/abs/2509.19244';

/** The application menu: what every platform expects, and the folder the pictures are in. */
export function installMenu(outputFolder: string): void {
  const appMenu: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...appMenu,
      {
        label: '&File',
        submenu: [
          {
            label: 'Show Pictures in Folder',
            accelerator: 'CmdOrCtrl+Shift+O',
            click: () => void shell.openPath(outputFolder),
          },
          { type: 'separator' },
          process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
        ],
      },
      { role: 'editMenu' },
      {
        label: '&View',
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
            label: 'About LaViDa-O',
            click: () => {
              openExternal(paper);
            },
          },
        ],
      },
    ]),
  );
}
