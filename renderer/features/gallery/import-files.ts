import { maxImportBytes } from '../../../electron/contract/pictures.ts';
import { studio } from '../../api/index.ts';
import { chooseFiles } from '../../components/choose-file.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { errorWords } from '../../i18n/studio-words.ts';
import { showToast } from '../shell/toasts.ts';
import { pictureTypes } from '../viewer/bring-in.ts';
import { goTo } from './data.ts';
import { useGallery } from './store.ts';

const pictureNames = /\.(png|jpe?g|webp)$/iu;
const traceEnding = '.trace.safetensors';

let cancelled = false;

export function cancelImport(): void {
  cancelled = true;
}

/** Whether files from outside the window are being dragged. */
export function hasFiles(transfer: DataTransfer): boolean {
  return transfer.types.includes('Files');
}

/** All files of a drop, those of folders too. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const plain = [...transfer.files];
  if (entries.length === 0) return plain;
  return (await Promise.all(entries.map(filesIn))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File | null>((resolve) => {
      (entry as FileSystemFileEntry).file(resolve, () => {
        resolve(null);
      });
    });
    return file ? [file] : [];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  // A reader gives a folder in pieces, and an empty piece at its end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => {
        resolve([]);
      });
    });
    if (entries.length === 0) return files;
    for (const inner of entries) files.push(...(await filesIn(inner)));
  }
}

export function chooseFolder(): void {
  chooseFiles({ webkitdirectory: true }, (files) => void importFiles(files));
}

export function choosePictures(): void {
  chooseFiles({ multiple: true, accept: pictureTypes.join(',') }, (files) => void importFiles(files));
}

/** Copies pictures into the gallery, one after another; those that cannot be read are named at the end. */
export async function importFiles(files: readonly File[]): Promise<void> {
  if (useGallery.getState().importing) return;
  const pictures = files.filter(({ name }) => pictureNames.test(name));
  if (pictures.length === 0) {
    showToast(t('gallery.import.none'), t('gallery.import.none.detail'));
    return;
  }
  const traces = new Map(
    files.filter(({ name }) => name.endsWith(traceEnding)).map((file) => [file.name, file]),
  );
  cancelled = false;
  let known = 0;
  const failed: string[] = [];
  const tell = (done: number): void => {
    useGallery.setState({ importing: { done, total: pictures.length, known, failed } });
  };
  tell(0);
  let done = 0;
  for (const file of pictures) {
    if (cancelled) break;
    const outcome = await importOne(file, traces.get(file.name.replace(/\.png$/iu, traceEnding)));
    if (outcome === 'known') known += 1;
    if (outcome !== 'known' && outcome !== 'new') failed.push(`${file.name}: ${outcome.failed}`);
    tell(++done);
  }
  useGallery.setState({ importing: null });
  report(done - known - failed.length, known, failed);
}

async function importOne(file: File, trace: File | undefined): Promise<'new' | 'known' | { failed: string }> {
  const together = file.size + (trace?.size ?? 0);
  if (file.size > maxImportBytes) return { failed: t('gallery.import.tooLarge') };
  const reply = await studio.invoke('gallery.import', {
    name: file.name,
    modifiedAt: new Date(file.lastModified).toISOString(),
    bytes: await bytesOf(file),
    ...(trace && together <= maxImportBytes ? { trace: await bytesOf(trace) } : {}),
  });
  if (!reply.ok) {
    const { message, unknown } = errorWords(reply.error);
    return { failed: [message, unknown].filter(Boolean).join(' ') };
  }
  return reply.value.isNew ? 'new' : 'known';
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

function report(fresh: number, known: number, failed: readonly string[]): void {
  const parts = [
    ...(known > 0 ? [t('gallery.import.known', { n: formatNumber(known) })] : []),
    ...(failed.length > 0 ? [t('gallery.import.failed', { n: formatNumber(failed.length) })] : []),
    ...failed.slice(0, 3),
  ];
  showToast(t('gallery.import.done', { n: formatNumber(fresh) }), parts.join('\n'));
  if (fresh > 0) goTo({ kind: 'all' });
}
