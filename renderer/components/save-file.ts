/** Lets the user save what the page made, by the browser's or the app's own download. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The download has its own hold on the content once the click is handled.
  window.setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}
