import { BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { ChannelName, Reply } from '../../contract/index.ts';
import { LavidaError, toStudioError } from '../../../native/errors.ts';
import { isTrustedSender } from '../../../native/policy/window-rules.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { knownWindows } from '../window.ts';

/**
 * Registers one channel. A message is answered only if it comes from the top frame of the studio's own page in a window
 * this process opened; input and output are checked by the contract's schemas on the way (`StudioService.dispatch`).
 */
export function validatedHandle(channel: ChannelName, studio: StudioService): void {
  ipcMain.handle(channel, (event, input: unknown): Promise<Reply<unknown>> => {
    if (isKnownSender(event)) return studio.dispatch(channel, input);
    const error = new LavidaError('request.invalid', 'Only the studio’s own page may call the studio.');
    return Promise.resolve({ ok: false, error: toStudioError(error) });
  });
}

function isKnownSender({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  const window = BrowserWindow.fromWebContents(sender);
  return window !== null && knownWindows.has(window) && isTrustedSender(senderFrame);
}
