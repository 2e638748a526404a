import { ArrowDown, ArrowUp, Plus, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Style } from '../../../../electron/contract/prompts.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { restoreStyles, saveStyles, usePromptBook } from '../store.ts';

/** The styles: words around the prompt, made and changed here. */
export function StylesDialog() {
  const open = usePromptBook((state) => state.open === 'styles');
  return (
    <Dialog
      title={t('styles.title')}
      size="l"
      open={open}
      onClose={() => {
        usePromptBook.setState({ open: null });
      }}
    >
      <Styles />
    </Dialog>
  );
}

function newId(): string {
  return crypto.randomUUID();
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
    <div className="book">
      <nav className="book-list" aria-label={t('styles.title')}>
        <ul>
          {styles.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                className="book-entry"
                aria-current={style?.id === id || undefined}
                onClick={() => {
                  keep();
                  setDraft(null);
                  setAt(id);
                }}
              >
                <span>{name}</span>
              </button>
            </li>
          ))}
        </ul>
        <Button
          size="s"
          icon={Plus}
          onClick={() => {
            keep();
            const id = newId();
            setAt(id);
            setDraft({ id, name: t('styles.newName'), template: '{prompt}, ' });
          }}
        >
          {t('styles.new')}
        </Button>
        <Button size="s" variant="quiet" icon={RotateCcw} onClick={() => void restoreStyles()}>
          {t('styles.restore')}
        </Button>
      </nav>
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
          <div className="field" data-invalid={nameless || undefined}>
            <label className="field-label" htmlFor="style-name">
              {t('styles.name')}
            </label>
            <div className="input-box">
              <input
                id="style-name"
                className="input"
                value={style.name}
                maxLength={80}
                autoComplete="off"
                onChange={(event) => {
                  setDraft({ ...style, name: event.target.value });
                }}
                onBlur={keep}
              />
            </div>
            {nameless ? <p className="field-error">{t('styles.nameless')}</p> : null}
          </div>
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
                usePromptBook.setState({ open: null });
              }}
            >
              {t('styles.use')}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}
