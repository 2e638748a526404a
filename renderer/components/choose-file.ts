/** Asks for one file of the given media types. */
export function chooseFile(types: readonly string[], take: (file: File) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = types.join(',');
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) take(file);
  });
  input.click();
}
