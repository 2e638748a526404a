import { useState } from 'react';
import type { ModelStoreState } from '../../../../electron/contract/models.ts';
import { Button } from '../../../components/button.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { t } from '../../../i18n/index.ts';
import { ask } from '../store.ts';
import { ModelsForm } from './models-form.tsx';

interface AccessFormProps {
  access: ModelStoreState['access'];
  onDone: () => void;
}

/** The access token for the host models come from: entered once, never shown again. */
export function AccessForm({ access, onDone }: AccessFormProps) {
  const [token, setToken] = useState('');
  const keep = async (value: string | null): Promise<void> => {
    if (await ask('models.token', { token: value })) onDone();
  };
  return (
    <ModelsForm
      title={t('models.access.title')}
      submit={t('models.access.keep')}
      ready={token.trim() !== ''}
      onSubmit={() => void keep(token)}
      onDone={onDone}
      more={
        access.kept === 'keychain' || access.kept === 'file' ? (
          <Button onClick={() => void keep(null)}>{t('models.access.forget')}</Button>
        ) : null
      }
    >
      <p className="setting-about">
        {t('models.access.about', { host: access.host })} {t(`models.access.${access.kept}.about`)}
      </p>
      <TextField label={t('models.access.token')} secret maxLength={512} value={token} onChange={setToken} />
    </ModelsForm>
  );
}
