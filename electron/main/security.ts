import { app, type Session, type WebContents } from 'electron';
import {
  isAllowedRequest,
  isAppUrl,
  isOwnDownload,
  permissionDecision,
} from '../../native/policy/window-rules.ts';
import { openExternal } from './external.ts';

/** Takes from a session what a local studio does not need: permissions, devices, screen capture and the network. */
export function restrictSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide, { requestingUrl }) => {
    decide(permissionDecision(permission) && isAppUrl(requestingUrl) && isAppUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permissionDecision(permission) && isAppUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => {
    answer(null);
  });
  session.setBluetoothPairingHandler((_details, answer) => {
    answer({ confirmed: false });
  });
  session.webRequest.onBeforeRequest((details, decide) => {
    decide({ cancel: !isAllowedRequest(details.url) });
  });
  session.on('will-download', (event, item) => {
    if (!isOwnDownload(item.getURL())) event.preventDefault();
  });
}

/** Keeps every page of the app where it is: no navigation away, no windows, no embedded pages. */
export function restrictContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    restrict(contents);
  });
}

function restrict(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
  const stayHome = (event: { preventDefault(): void; url: string }): void => {
    if (!isAppUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stayHome);
  contents.on('will-redirect', stayHome);
  contents.on('will-frame-navigate', stayHome);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
}
