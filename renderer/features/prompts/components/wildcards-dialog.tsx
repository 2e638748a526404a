import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { wildcardNameSchema, type WildcardList } from '../../../../electron/contract/prompts.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { deleteWildcards, saveWildcards, usePromptBook } from '../store.ts';

interface Draft {
  name: string;
  text: string;
  /** The list as it lies on the disk; null for a new one. */
  saved: WildcardList | null;
}

/** The lists that wildcards draw from. */
export function WildcardsDialog() {
  const open = usePromptBook((state) => state.open === 'wildcards');
  return (
    <Dialog
      title={t('wildcards.title')}
      size="l"
      open={open}
      onClose={() => {
        usePromptBook.setState({ open: null });
      }}
    >
      <Lists />
    </Dialog>
  );
}

function entryCount(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#')).length;
}

function Lists() {
  const lists = usePromptBook((state) => state.wildcards);
  const [draft, setDraft] = useState<Draft | null>(() => {
    const [first] = lists;
    return first ? { ...first, saved: first } : null;
  });
  const taken =
    draft !== null && draft.name !== draft.saved?.name && lists.some((l) => l.name === draft.name);
  const isName = draft !== null && wildcardNameSchema.safeParse(draft.name).success;
  const changed =
    draft !== null &&
    (draft.saved === null || draft.text !== draft.saved.text || draft.name !== draft.saved.name);
  const save = async (): Promise<void> => {
    if (!draft || taken || !isName) return;
    const { name, text, saved } = draft;
    if (!(await saveWildcards({ name, text }))) return;
    if (saved && saved.name !== name) await deleteWildcards(saved.name);
    setDraft({ name, text, saved: { name, text } });
  };
  const show = (list: WildcardList): void => {
    if (changed) void save();
    setDraft({ ...list, saved: list });
  };
  return (
    <div className="book">
      <nav className="book-list" aria-label={t('wildcards.lists')}>
        <ul>
          {lists.map((list) => (
            <li key={list.name}>
              <button
                type="button"
                className="book-entry"
                aria-current={draft?.saved?.name === list.name || undefined}
                onClick={() => {
                  show(list);
                }}
              >
                <span className="mono">__{list.name}__</span>
                <small className="num">{entryCount(list.text)}</small>
              </button>
            </li>
          ))}
        </ul>
        <Button
          size="s"
          icon={Plus}
          onClick={() => {
            if (changed) void save();
            setDraft({ name: '', text: '', saved: null });
          }}
        >
          {t('wildcards.new')}
        </Button>
      </nav>
      {draft === null ? (
        <div className="book-empty">
          <p>{t('wildcards.empty')}</p>
          <p className="field-note">{t('wildcards.help')}</p>
        </div>
      ) : (
        <form
          className="book-form fields"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <div className="field" data-invalid={(draft.name !== '' && (!isName || taken)) || undefined}>
            <label className="field-label" htmlFor="wildcard-name">
              {t('wildcards.name')}
            </label>
            <div className="input-box">
              <span className="input-affix mono">__</span>
              <input
                id="wildcard-name"
                className="input mono"
                value={draft.name}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => {
                  setDraft({ ...draft, name: event.target.value.trim() });
                }}
              />
              <span className="input-affix mono">__</span>
            </div>
            {taken ? <p className="field-error">{t('wildcards.taken')}</p> : null}
            {draft.name !== '' && !isName ? <p className="field-error">{t('wildcards.badName')}</p> : null}
          </div>
          <div className="field book-text">
            <label className="field-label" htmlFor="wildcard-text">
              {t('wildcards.entries')}
              <span className="num field-value">{entryCount(draft.text)}</span>
            </label>
            <textarea
              id="wildcard-text"
              className="prompt-area"
              value={draft.text}
              spellCheck={false}
              placeholder={t('wildcards.entries.placeholder')}
              onChange={(event) => {
                setDraft({ ...draft, text: event.target.value });
              }}
              onBlur={() => {
                if (changed) void save();
              }}
            />
          </div>
          <p className="field-note">{t('wildcards.help')}</p>
          <div className="book-actions">
            {draft.saved ? (
              <IconButton
                icon={Trash2}
                label={t('wildcards.delete')}
                side="top"
                onClick={() => {
                  if (draft.saved) void deleteWildcards(draft.saved.name);
                  setDraft(null);
                }}
              />
            ) : null}
            <span className="grow" />
            <Button
              disabled={!isName || taken}
              onClick={() => {
                void save();
                insert(draft.name);
              }}
            >
              {t('wildcards.insert')}
            </Button>
            <Button variant="primary" type="submit" disabled={!changed || !isName || taken}>
              {t('wildcards.save')}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

/** Adds a wildcard to the prompt and goes back to it. */
function insert(name: string): void {
  const { prompt } = useDocument.getState().document.create;
  const space = prompt === '' || prompt.endsWith(' ') ? '' : ' ';
  editCreate('insert wildcard', { prompt: `${prompt}${space}__${name}__` });
  usePromptBook.setState({ open: null });
}
