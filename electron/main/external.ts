import { shell } from 'electron';
import { isAllowedExternal } from '../../native/policy/window-rules.ts';

/** Opens a web page in the user's browser if it is one of the few the app knows. */
export function openExternal(url: string): void {
  if (isAllowedExternal(url)) void shell.openExternal(url);
}
