interface Wanted {
  /** Media types or endings, with commas between them. */
  accept?: string;
  multiple?: boolean;
  /** A folder with all that is in it. */
  webkitdirectory?: boolean;
}

/** Asks for files with the system's own dialog. */
export function chooseFiles(wanted: Wanted, take: (files: File[]) => void): void {
  const input = Object.assign(document.createElement('input'), { type: 'file', ...wanted });
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
  });
  input.click();
}

/** Asks for one file. */
export function chooseFile(accept: string, take: (file: File) => void): void {
  chooseFiles({ accept }, ([file]) => {
    if (file) take(file);
  });
}
