import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { saveFile } from '../../components/save-file.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { useSession } from '../../state/session.ts';
import { showToast } from '../shell/toasts.ts';
import { FormatFields, noteOf } from './format-fields.tsx';
import { zipPictures } from './save-several.ts';
import { closeSaveAs, type Savable } from './store.ts';

/** Names that a message holds before it becomes a list nobody reads. */
const mostNames = 3;

/** Saves several pictures in one form, as one zip file; leaving stops it. */
export function SeveralForm({ pictures }: { pictures: readonly Savable[] }) {
  const format = useSession((state) => state.saveFormat);
  const quality = useSession((state) => state.saveQuality);
  const [done, setDone] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const stop = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      stop.current?.abort();
    },
    [],
  );
  const save = async (): Promise<void> => {
    const { signal } = (stop.current = new AbortController());
    setFailed(false);
    setDone(0);
    const made = await zipPictures(pictures, { format, quality }, { signal, onDone: setDone });
    if (!made) return;
    setDone(null);
    if (made.saved === 0) {
      setFailed(true);
      return;
    }
    saveFile('pictures.zip', made.zip);
    closeSaveAs();
    const names = made.failed.slice(0, mostNames).join(', ');
    showToast(
      t('saveAs.several.done', { n: formatNumber(made.saved) }),
      made.failed.length > 0
        ? t('saveAs.several.failed', { n: formatNumber(made.failed.length), names })
        : '',
    );
  };
  return (
    <form
      className="save-as"
      onSubmit={(event) => {
        event.preventDefault();
        if (done === null) void save();
      }}
    >
      <FormatFields disabled={done !== null} />
      <p>{noteOf(format, true)}</p>
      {failed ? (
        <p role="alert" data-bad>
          {t('saveAs.unreadable')}
        </p>
      ) : (
        <p className="num" role="status">
          {done === null
            ? t('saveAs.several.about')
            : t('saveAs.several.progress', {
                done: formatNumber(done),
                n: formatNumber(pictures.length),
              })}
        </p>
      )}
      <footer>
        <Button onClick={closeSaveAs}>{t('run.cancel')}</Button>
        <Button type="submit" variant="primary" data-autofocus disabled={done !== null}>
          {t('saveAs.save')}
        </Button>
      </footer>
    </form>
  );
}
