import { useId, useState } from 'react';
import type { ModelStoreState } from '../../../../electron/contract/models.ts';
import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { ask } from '../store.ts';

interface AccessFormProps {
  access: ModelStoreState['access'];
  onDone: () => void;
}

/** The access token for the host models come from: entered once, never shown again. */
export function AccessForm({ access, onDone }: AccessFormProps) {
  const [token, setToken] = useState('');
  const id = useId();
  const keep = async (value: string | null): Promise<void> => {
    if (await ask('models.token', { token: value })) onDone();
  };
  return (
    <form
      className="models-form"
      aria-label={t('models.access.title')}
      onSubmit={(event) => {
        event.preventDefault();
        void keep(token);
      }}
    >
      <b>{t('models.access.title')}</b>
      <p className="setting-about">
        {t('models.access.about', { host: access.host })} {t(`models.access.${access.kept}.about`)}
      </p>
      <div className="field">
        <label className="field-label" htmlFor={id}>
          {t('models.access.token')}
        </label>
        <div className="input-box">
          <input
            id={id}
            className="input"
            type="password"
            autoComplete="off"
            spellCheck={false}
            maxLength={512}
            value={token}
            onChange={(event) => {
              setToken(event.target.value);
            }}
          />
        </div>
      </div>
      <div className="models-form-end">
        <Button type="submit" variant="primary" disabled={token.trim() === ''}>
          {t('models.access.keep')}
        </Button>
        {access.kept === 'keychain' || access.kept === 'file' ? (
          <Button onClick={() => void keep(null)}>{t('models.access.forget')}</Button>
        ) : null}
        <Button variant="quiet" onClick={onDone}>
          {t('models.notNow')}
        </Button>
      </div>
    </form>
  );
}
