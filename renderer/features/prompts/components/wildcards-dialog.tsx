import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { wildcardNameSchema, type WildcardList } from '../../../../electron/contract/prompts.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { deleteWildcards, saveWildcards, usePromptBook } from '../store.ts';
import { BookDialog, BookList, closeBook } from './book-dialog.tsx';

interface Draft {
  name: string;
  text: string;
  /** The list as it lies on the disk; null for a new one. */
  saved: WildcardList | null;
}

/** The lists that wildcards draw from. */
export function WildcardsDialog() {
  return (
    <BookDialog name="wildcards" title={t('wildcards.title')}>
      <Lists />
    </BookDialog>
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
  const nameProblem = taken
    ? t('wildcards.taken')
    : draft !== null && draft.name !== '' && !isName
      ? t('wildcards.badName')
      : null;
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
    <>
      <BookList
        label={t('wildcards.lists')}
        entries={lists}
        keyOf={({ name }) => name}
        chosen={draft?.saved?.name ?? null}
        draw={({ name, text }) => (
          <>
            <span className="mono">__{name}__</span>
            <small className="num">{entryCount(text)}</small>
          </>
        )}
        onChoose={show}
        newLabel={t('wildcards.new')}
        onNew={() => {
          if (changed) void save();
          setDraft({ name: '', text: '', saved: null });
        }}
      />
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
          <TextField
            maxLength={80}
            label={t('wildcards.name')}
            value={draft.name}
            problem={nameProblem}
            affix="__"
            onChange={(name) => {
              setDraft({ ...draft, name: name.trim() });
            }}
          />
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
    </>
  );
}

/** Adds a wildcard to the prompt and goes back to it. */
function insert(name: string): void {
  const { prompt } = useDocument.getState().document.create;
  const space = prompt === '' || prompt.endsWith(' ') ? '' : ' ';
  editCreate('insert wildcard', { prompt: `${prompt}${space}__${name}__` });
  closeBook();
}
