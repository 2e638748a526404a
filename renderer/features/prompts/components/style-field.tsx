import { Pencil } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { Select } from '../../../components/select.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { usePromptBook } from '../store.ts';

const none = 'none';

/** The words around the prompt. */
export function StyleField() {
  const style = useDocument(({ document }) => document.create.style);
  const styles = usePromptBook((state) => state.styles);
  return (
    <div className="style-field">
      <Select
        label={t('styles.label')}
        value={styles.some(({ id }) => id === style) && style !== null ? style : none}
        options={[
          { value: none, label: t('styles.none') },
          ...styles.map(({ id, name, template }) => ({ value: id, label: name, hint: template })),
        ]}
        onChange={(value) => {
          editCreate('style', { style: value === none ? null : value });
        }}
      />
      <IconButton
        icon={Pencil}
        label={t('styles.edit')}
        onClick={() => {
          usePromptBook.setState({ open: 'styles' });
        }}
      />
    </div>
  );
}
