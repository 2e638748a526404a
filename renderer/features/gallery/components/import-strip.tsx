import { X } from 'lucide-react';
import { Button } from '../../../components/button.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { cancelImport } from '../import-files.ts';
import { useGallery } from '../store.ts';

/** How far bringing in files has come. */
export function ImportStrip() {
  const importing = useGallery((state) => state.importing);
  if (!importing) return null;
  const { done, total } = importing;
  return (
    <div className="gallery-import" role="status">
      <progress max={total} value={done} aria-label={t('gallery.importing.label')} />
      <span className="num">
        {t('gallery.importing', { done: formatNumber(done), total: formatNumber(total) })}
      </span>
      <Button size="s" variant="quiet" icon={X} onClick={cancelImport}>
        {t('run.cancel')}
      </Button>
    </div>
  );
}
