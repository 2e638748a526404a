import { useState } from 'react';
import { Segmented } from '../../../components/segmented.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { t } from '../../../i18n/index.ts';
import { ask } from '../store.ts';
import { ModelsForm } from './models-form.tsx';

interface FolderFormProps {
  /** The system has a dialog for folders; otherwise the path is typed. */
  dialog: boolean;
  onDone: () => void;
}

/** Brings in a model folder of the user's own. */
export function ImportForm({ dialog, onDone }: FolderFormProps) {
  const [how, setHow] = useState<'copy' | 'link'>('copy');
  return (
    <FolderForm
      title={t('models.import.title')}
      about={t(`models.import.${how}.about`)}
      label={t('models.import.start')}
      dialog={dialog}
      onDone={onDone}
      perform={(folder) => ask('models.import', { folder, how })}
    >
      <Segmented
        label={t('models.import.how')}
        value={how}
        options={[
          { value: 'copy', label: t('models.import.copy') },
          { value: 'link', label: t('models.import.link') },
        ]}
        onChange={setHow}
      />
    </FolderForm>
  );
}

/** Takes all models to another folder. */
export function MoveForm({ dialog, onDone }: FolderFormProps) {
  return (
    <FolderForm
      title={t('models.move.title')}
      about={t('models.move.about')}
      label={t('models.move.start')}
      dialog={dialog}
      onDone={onDone}
      perform={(folder) => ask('models.move', { folder })}
    />
  );
}

interface FormProps extends FolderFormProps {
  title: string;
  about: string;
  label: string;
  perform: (folder: string | null) => Promise<boolean>;
  children?: React.ReactNode;
}

function FolderForm({ title, about, label, dialog, perform, onDone, children }: FormProps) {
  const [folder, setFolder] = useState('');
  const start = async (): Promise<void> => {
    if (await perform(dialog ? null : folder.trim())) onDone();
  };
  return (
    <ModelsForm
      title={title}
      submit={label}
      ready={dialog || folder.trim() !== ''}
      onSubmit={() => void start()}
      onDone={onDone}
    >
      {children}
      <p className="setting-about">{about}</p>
      {dialog ? null : <TextField label={t('models.folder')} value={folder} onChange={setFolder} />}
    </ModelsForm>
  );
}
