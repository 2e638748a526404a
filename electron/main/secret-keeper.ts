import { safeStorage } from 'electron';
import type { SecretKeeper } from '../../native/store/access-token.ts';

/** The system's key ring. On Linux without one Electron would only scramble the text, which keeps nobody out. */
export const secretKeeper: SecretKeeper = {
  available: () => {
    if (!safeStorage.isEncryptionAvailable()) return false;
    return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
  },
  seal: (text) => safeStorage.encryptString(text),
  unseal: (sealed) => safeStorage.decryptString(Buffer.from(sealed)),
};
