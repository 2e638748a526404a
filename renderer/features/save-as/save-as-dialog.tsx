import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { saveFile } from '../../components/save-file.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { useSession, type SaveFormat } from '../../state/session.ts';
import { encodePicture, fileNameIn, formatNames, type ReadPicture } from './encode.ts';
import { FormatFields, noteOf } from './format-fields.tsx';
import { SeveralForm } from './several-form.tsx';
import { closeSaveAs, useSaveAs, type Saving } from './store.ts';
import './save-as.css';

/** How long the settings rest before the size of the file is worked out, milliseconds. */
const settle = 150;

/** Saves the picture in sight, or those chosen in the gallery, as PNG, JPEG or WebP. */
export function SaveAsDialog() {
  const { saving, several } = useSaveAs();
  const title = several
    ? t('saveAs.several', { n: formatNumber(several.length) })
    : t('picture.saveAs').replace(/…$/u, '');
  return (
    <Dialog title={title} size="s" open={saving !== null || several !== null} onClose={closeSaveAs}>
      {saving ? <Form saving={saving} /> : null}
      {several ? <SeveralForm pictures={several} /> : null}
    </Dialog>
  );
}

function Form({ saving }: { saving: Saving }) {
  const format = useSession((state) => state.saveFormat);
  const quality = useSession((state) => state.saveQuality);
  const { read, failed } = useRead(saving);
  const { bytes, refused } = useEncodedSize(read, format, quality);
  const save = async (): Promise<void> => {
    // What fails here is told in place of the size, which fails with it.
    const encoded = await saving.reading
      .then((file) => encodePicture(file, format, quality))
      .catch(() => null);
    if (!encoded) return;
    saveFile(fileNameIn(format, saving.name), encoded);
    closeSaveAs();
  };
  return (
    <form
      className="save-as"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <FormatFields />
      <p>{noteOf(format, read?.isPng ?? true)}</p>
      {failed || refused ? (
        <p role="alert" data-bad>
          {failed ? t('saveAs.unreadable') : t('saveAs.refused', { format: formatNames[format] })}
        </p>
      ) : (
        <p className="num" role="status">
          {read && bytes !== null ? sizeOf(read, bytes) : ' '}
        </p>
      )}
      <footer>
        <Button onClick={closeSaveAs}>{t('run.cancel')}</Button>
        <Button type="submit" variant="primary" data-autofocus disabled={failed || refused}>
          {t('saveAs.save')}
        </Button>
      </footer>
    </form>
  );
}

function sizeOf({ bitmap }: ReadPicture, bytes: number): string {
  return t('saveAs.size', {
    w: formatNumber(bitmap.width),
    h: formatNumber(bitmap.height),
    n: formatNumber(Math.max(1, Math.round(bytes / 1000))),
  });
}

/** The picture's file, decoded; null until it is. */
function useRead({ reading }: Saving): { read: ReadPicture | null; failed: boolean } {
  const [state, setState] = useState<{ read: ReadPicture | null; failed: boolean }>({
    read: null,
    failed: false,
  });
  useEffect(() => {
    const stop = new AbortController();
    reading.then(
      (read) => {
        if (!stop.signal.aborted) setState({ read, failed: false });
      },
      () => {
        if (!stop.signal.aborted) setState({ read: null, failed: true });
      },
    );
    return () => {
      stop.abort();
    };
  }, [reading]);
  return state;
}

/** How many bytes the file would have, once the settings rest; the last known until then. */
function useEncodedSize(
  read: ReadPicture | null,
  format: SaveFormat,
  quality: number,
): { bytes: number | null; refused: boolean } {
  const [size, setSize] = useState<{ bytes: number | null; refused: boolean }>({
    bytes: null,
    refused: false,
  });
  useEffect(() => {
    if (!read) return;
    const stop = new AbortController();
    const timer = window.setTimeout(() => {
      encodePicture(read, format, quality).then(
        (encoded) => {
          if (!stop.signal.aborted) setSize({ bytes: encoded.size, refused: false });
        },
        () => {
          if (!stop.signal.aborted) setSize({ bytes: null, refused: true });
        },
      );
    }, settle);
    return () => {
      stop.abort();
      window.clearTimeout(timer);
    };
  }, [read, format, quality]);
  return size;
}
