import { Images } from 'lucide-react';
import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { closeGallery, searchFor } from '../data.ts';
import { chooseFolder } from '../import-files.ts';
import { useGallery } from '../store.ts';

/** What an empty place is for, and how to fill it. */
export function GridEmpty() {
  const place = useGallery((state) => state.place);
  const text = useGallery((state) => state.text);
  const indexing = useGallery((state) => state.state?.indexing ?? null);
  if (text.trim() !== '') {
    return (
      <div className="gallery-empty">
        <b>{t('gallery.none.found', { text: text.trim() })}</b>
        <p>{t('gallery.none.found.text')}</p>
        <Button
          size="s"
          onClick={() => {
            searchFor('');
          }}
        >
          {t('gallery.search.clear')}
        </Button>
      </div>
    );
  }
  if (indexing) return null;
  const kind = place.kind === 'day' ? 'all' : place.kind;
  return (
    <div className="gallery-empty">
      <Images size={30} aria-hidden="true" />
      <b>{t(`gallery.none.${kind}`)}</b>
      <p>{t(`gallery.none.${kind}.text`)}</p>
      {kind === 'all' || kind === 'imported' ? (
        <div className="gallery-empty-ways">
          {kind === 'all' ? <Button onClick={closeGallery}>{t('gallery.none.create')}</Button> : null}
          <Button onClick={chooseFolder}>{t('gallery.importFolder')}</Button>
        </div>
      ) : null}
    </div>
  );
}
