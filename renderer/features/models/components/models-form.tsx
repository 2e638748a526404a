import type { ReactNode } from 'react';
import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';

interface ModelsFormProps {
  title: string;
  /** On the button that performs it. */
  submit: string;
  ready: boolean;
  onSubmit: () => void;
  onDone: () => void;
  /** Buttons between performing and leaving. */
  more?: ReactNode;
  children: ReactNode;
}

/** A form in the list of models, which goes away when it is done or not wanted. */
export function ModelsForm({ title, submit, ready, onSubmit, onDone, more, children }: ModelsFormProps) {
  return (
    <form
      className="models-form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <b>{title}</b>
      {children}
      <div className="models-form-end">
        <Button type="submit" variant="primary" disabled={!ready}>
          {submit}
        </Button>
        {more}
        <Button variant="quiet" onClick={onDone}>
          {t('models.notNow')}
        </Button>
      </div>
    </form>
  );
}
