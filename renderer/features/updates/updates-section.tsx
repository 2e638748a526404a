import { RefreshCw } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { t } from '../../i18n/index.ts';
import { checkForUpdates, updateWords, useUpdates } from './updates.ts';

/** Looking for a newer version by hand, and what was found. */
export function UpdatesSection() {
  const { checking, found } = useUpdates();
  return (
    <section className="diagnostics">
      <h3 className="setting-name">{t('updates.title')}</h3>
      <p className="setting-about">{t('updates.text')}</p>
      <div className="updates-tools">
        <Button size="s" icon={RefreshCw} disabled={checking} onClick={() => void checkForUpdates()}>
          {checking ? t('updates.checking') : t('updates.check')}
        </Button>
        <span className="setting-about" role="status">
          {found ? updateWords(found) : ''}
        </span>
        {found?.outcome === 'newer' && found.notes !== null ? (
          <a href={found.notes} target="_blank" rel="noreferrer">
            {t('updates.notes')}
          </a>
        ) : null}
      </div>
    </section>
  );
}
