/** Names that mean a device on Windows, with any ending. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

function isPlainName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= 200 &&
    !name.startsWith('.') &&
    !/[. ]$/u.test(name) &&
    !/[\u0000-\u001f<>:"/\\|?*]/u.test(name) &&
    !deviceName.test(name)
  );
}

/** Whether a name from outside (a listing, a catalogue) is a file below a folder, on every system: no `..`, no drive, no device. */
export function isInsidePath(path: string): boolean {
  const parts = path.split('/');
  return parts.length <= 4 && parts.every(isPlainName);
}

/** Whether a path fits one of the patterns; `*` stands for anything within one name. */
export function fitsPatterns(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/gu, '\\$&'))
      .join('[^/]*');
    return new RegExp(`^${source}$`, 'u').test(path);
  });
}

/** A valid model name from any text, such as a folder's name. */
export function modelIdOf(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/gu, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/gu, '')
    .slice(0, 60)
    .replace(/[^a-z0-9]+$/u, '');
  return plain === '' || deviceName.test(plain) ? `model-${plain}`.replace(/-$/u, '') : plain;
}
