/** Hands a file to the user: the browser's download, or the app's question where to save it. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download reads the address a moment later.
  window.setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
