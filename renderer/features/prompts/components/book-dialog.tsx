import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { usePromptBook } from '../store.ts';

interface BookDialogProps {
  name: 'styles' | 'wildcards';
  title: string;
  children: ReactNode;
}

/** A dialog with entries on its left and the chosen one on its right. */
export function BookDialog({ name, title, children }: BookDialogProps) {
  const open = usePromptBook((state) => state.open === name);
  return (
    <Dialog title={title} size="l" open={open} onClose={closeBook}>
      <div className="book">{children}</div>
    </Dialog>
  );
}

export function closeBook(): void {
  usePromptBook.setState({ open: null });
}

interface BookListProps<T> {
  label: string;
  entries: readonly T[];
  keyOf: (entry: T) => string;
  chosen: string | null;
  onChoose: (entry: T) => void;
  draw: (entry: T) => ReactNode;
  /** The button that begins a new entry. */
  newLabel: string;
  onNew: () => void;
  /** Below it. */
  children?: ReactNode;
}

/** The entries of a book, one of them chosen. */
export function BookList<T>(props: BookListProps<T>) {
  const { label, entries, keyOf, chosen, onChoose, draw, newLabel, onNew, children } = props;
  return (
    <nav className="book-list" aria-label={label}>
      <ul>
        {entries.map((entry) => (
          <li key={keyOf(entry)}>
            <button
              type="button"
              className="book-entry"
              aria-current={chosen === keyOf(entry) || undefined}
              onClick={() => {
                onChoose(entry);
              }}
            >
              {draw(entry)}
            </button>
          </li>
        ))}
      </ul>
      <Button size="s" icon={Plus} onClick={onNew}>
        {newLabel}
      </Button>
      {children}
    </nav>
  );
}
