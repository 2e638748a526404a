import { History, Star, Trash2, X } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import type { RememberedPrompt } from '../../../../electron/contract/prompts.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { SearchField } from '../../../components/search-field.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate } from '../../../state/document.ts';
import { forgetPrompts, starPrompt, usePromptBook } from '../store.ts';

const shown = 200;
const task = 'text-to-image';

/** The prompts asked for: searched, used again, starred, forgotten. */
export function HistoryButton({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <Popover
      label={t('history.title')}
      open={open}
      onOpenChange={onOpen}
      trigger={<IconButton icon={History} size="s" label={t('history.title')} keyOf="run.history" />}
    >
      <HistoryList
        onDone={() => {
          onOpen(false);
        }}
      />
    </Popover>
  );
}

function HistoryList({ onDone }: { onDone: () => void }) {
  const all = usePromptBook((state) => state.prompts);
  const [query, setQuery] = useState('');
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  const prompts = all
    .filter((entry) => entry.task === task)
    .filter(({ prompt }) => words.every((word) => prompt.toLowerCase().includes(word)));
  const starred = prompts.filter((entry) => entry.starred);
  const plain = prompts.filter((entry) => !entry.starred);
  const use = ({ prompt }: RememberedPrompt): void => {
    editCreate('prompt history', { prompt });
    onDone();
  };
  return (
    <div className="history" onKeyDown={walk}>
      <SearchField label={t('history.search')} value={query} onChange={setQuery} />
      {prompts.length === 0 ? (
        <p className="history-none">{query === '' ? t('history.empty') : t('history.none', { query })}</p>
      ) : (
        <ul className="history-list">
          {[...starred, ...plain].slice(0, shown).map((entry) => (
            <li key={entry.prompt}>
              <button
                type="button"
                className="history-entry"
                title={entry.prompt}
                onClick={() => {
                  use(entry);
                }}
              >
                {entry.prompt}
              </button>
              <IconButton
                icon={Star}
                size="s"
                side="left"
                className="history-star"
                label={entry.starred ? t('history.unstar') : t('history.star')}
                pressed={entry.starred}
                onClick={() => void starPrompt(entry)}
              />
              <IconButton
                icon={X}
                size="s"
                side="left"
                label={t('history.forget')}
                onClick={() => void forgetPrompts(task, entry.prompt)}
              />
            </li>
          ))}
        </ul>
      )}
      {plain.length > 0 && query === '' ? (
        <Button size="s" variant="quiet" icon={Trash2} onClick={() => void forgetPrompts(task)}>
          {t('history.clear')}
        </Button>
      ) : null}
    </div>
  );
}

/** Arrow keys go from entry to entry. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('.search-field input, .history-entry')];
  const at = stops.findIndex(
    (stop) => stop === document.activeElement || stop.parentElement?.contains(document.activeElement),
  );
  event.preventDefault();
  stops[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}
