import { FolderInput, FolderSymlink, KeyRound, Settings2 } from 'lucide-react';
import { useState } from 'react';
import type { ModelStoreState } from '../../../../electron/contract/models.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { formatBytes, t } from '../../../i18n/index.ts';
import { openSettings } from '../../settings/store.ts';
import { ask, useModels } from '../store.ts';
import { AccessForm } from './access-form.tsx';
import { ImportForm, MoveForm } from './folder-forms.tsx';
import { JobLine } from './job-line.tsx';
import { ModelCard } from './model-card.tsx';
import '../models.css';

/** The models of this machine and those that can be had. */
export function ModelsDialog() {
  const { open, state } = useModels();
  return (
    <Dialog
      title={t('models.title')}
      size="l"
      open={open}
      onClose={() => {
        useModels.setState({ open: false });
      }}
    >
      {state ? <Models state={state} /> : <p className="models-wait">{t('models.reading')}</p>}
    </Dialog>
  );
}

type Form = 'import' | 'move' | 'access';

function Models({ state }: { state: ModelStoreState }) {
  const [form, setForm] = useState<Form | null>(null);
  const toggle = (name: Form) => () => {
    setForm(form === name ? null : name);
  };
  const close = (): void => {
    setForm(null);
  };
  const { folder, freeBytes, models, current, move, access } = state;
  return (
    <div className="models">
      <div className="models-bar">
        <p className="models-where">
          <span className="mono" title={folder}>
            {folder}
          </span>
          {freeBytes === null ? null : <span>{t('models.free', { size: formatBytes(freeBytes) })}</span>}
        </p>
        <Button size="s" icon={FolderInput} aria-expanded={form === 'import'} onClick={toggle('import')}>
          {t('models.import')}
        </Button>
        <Button size="s" icon={FolderSymlink} aria-expanded={form === 'move'} onClick={toggle('move')}>
          {t('models.move')}
        </Button>
        <Button size="s" icon={KeyRound} aria-expanded={form === 'access'} onClick={toggle('access')}>
          {t(access.kept === 'none' ? 'models.access' : 'models.access.kept')}
        </Button>
        <Button
          size="s"
          icon={Settings2}
          onClick={() => {
            useModels.setState({ open: false });
            openSettings('models');
          }}
        >
          {t('models.network')}
        </Button>
      </div>
      {form === 'import' ? <ImportForm dialog={state.folderDialog} onDone={close} /> : null}
      {form === 'move' ? <MoveForm dialog={state.folderDialog} onDone={close} /> : null}
      {form === 'access' ? <AccessForm access={access} onDone={close} /> : null}
      {move ? (
        <section className="models-form" aria-label={t('models.moving', { folder: move.to })}>
          <b>{t('models.moving', { folder: move.to })}</b>
          <JobLine
            job={{ ...move, kind: 'import' }}
            actions={
              <Button size="s" onClick={() => void ask('models.stopMove', {})}>
                {t(move.state === 'failed' ? 'models.dismiss' : 'models.cancel')}
              </Button>
            }
          />
        </section>
      ) : null}
      <ul className="models-list" aria-label={t('models.title')}>
        {models.map((model) => (
          <li key={model.id}>
            <ModelCard model={model} isCurrent={model.id === current} />
          </li>
        ))}
      </ul>
      <p className="models-quiet">{t('models.quiet')}</p>
    </div>
  );
}
