import { ArrowDown, ArrowUp, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Style } from '../../../../electron/contract/prompts.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { restoreStyles, saveStyles, usePromptBook } from '../store.ts';
import { BookDialog, BookList, closeBook } from './book-dialog.tsx';

/** The styles: words around the prompt, made and changed here. */
export function StylesDialog() {
  return (
    <BookDialog name="styles" title={t('styles.title')}>
      <Styles />
    </BookDialog>
  );
}

function Styles() {
  const styles = usePromptBook((state) => state.styles);
  const chosen = useDocument(({ document }) => document.create.style);
  const [at, setAt] = useState<string | null>(chosen ?? styles[0]?.id ?? null);
  const [draft, setDraft] = useState<Style | null>(null);
  const style = draft ?? styles.find(({ id }) => id === at) ?? null;
  const nameless = style !== null && style.name.trim() === '';
  const keep = (): void => {
    if (!draft || draft.name.trim() === '') return;
    const known = styles.some(({ id }) => id === draft.id);
    void saveStyles(known ? styles.map((s) => (s.id === draft.id ? draft : s)) : [...styles, draft]);
    setDraft(null);
  };
  const move = (id: string, by: number): void => {
    const from = styles.findIndex((s) => s.id === id);
    const next = [...styles];
    const [moved] = next.splice(from, 1);
    if (moved) next.splice(Math.max(0, from + by), 0, moved);
    void saveStyles(next);
  };
  return (
    <>
      <BookList
        label={t('styles.title')}
        entries={styles}
        keyOf={({ id }) => id}
        chosen={style?.id ?? null}
        draw={({ name }) => <span>{name}</span>}
        onChoose={({ id }) => {
          keep();
          setDraft(null);
          setAt(id);
        }}
        newLabel={t('styles.new')}
        onNew={() => {
          keep();
          const id = crypto.randomUUID();
          setAt(id);
          setDraft({ id, name: t('styles.newName'), template: '{prompt}, ' });
        }}
      >
        <Button size="s" variant="quiet" icon={RotateCcw} onClick={() => void restoreStyles()}>
          {t('styles.restore')}
        </Button>
      </BookList>
      {style === null ? (
        <div className="book-empty">
          <p>{t('styles.empty')}</p>
        </div>
      ) : (
        <form
          className="book-form fields"
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <TextField
            maxLength={80}
            label={t('styles.name')}
            value={style.name}
            problem={nameless ? t('styles.nameless') : null}
            onChange={(name) => {
              setDraft({ ...style, name });
            }}
            onBlur={keep}
          />
          <div className="field book-text">
            <label className="field-label" htmlFor="style-template">
              {t('styles.template')}
            </label>
            <textarea
              id="style-template"
              className="prompt-area"
              value={style.template}
              maxLength={4000}
              spellCheck={false}
              onChange={(event) => {
                setDraft({ ...style, template: event.target.value });
              }}
              onBlur={keep}
            />
            <p className="field-note">
              {style.template.includes('{prompt}') ? t('styles.help') : t('styles.noPlaceholder')}
            </p>
          </div>
          <div className="book-actions">
            <IconButton
              icon={Trash2}
              label={t('styles.delete')}
              side="top"
              onClick={() => {
                setDraft(null);
                void saveStyles(styles.filter(({ id }) => id !== style.id));
                if (chosen === style.id) editCreate('style', { style: null });
                setAt(null);
              }}
            />
            <IconButton
              icon={ArrowUp}
              label={t('styles.up')}
              side="top"
              disabled={styles[0]?.id === style.id}
              onClick={() => {
                move(style.id, -1);
              }}
            />
            <IconButton
              icon={ArrowDown}
              label={t('styles.down')}
              side="top"
              disabled={styles.at(-1)?.id === style.id}
              onClick={() => {
                move(style.id, 1);
              }}
            />
            <span className="grow" />
            <Button
              variant="primary"
              type="submit"
              disabled={nameless}
              onClick={() => {
                keep();
                editCreate('style', { style: style.id });
                closeBook();
              }}
            >
              {t('styles.use')}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}
