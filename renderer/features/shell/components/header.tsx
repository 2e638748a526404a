import { Command, Keyboard, Redo2, Settings2, Undo2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ActionButton } from '../../../actions/action-button.tsx';
import { IconButton } from '../../../components/button.tsx';
import { Mark } from '../../../components/mark.tsx';
import { Kbd } from '../../../components/kbd.tsx';
import { t } from '../../../i18n/index.ts';
import { editDocument, useDocument } from '../../../state/document.ts';
import { redo, undo, useHistory } from '../../../state/history.ts';
import { useSaved } from '../../../state/persistence.ts';
import { EnginePill } from '../../engine/components/engine-pill.tsx';
import { usePalette } from '../../palette/store.ts';
import { QueuePill } from '../../runs/components/queue-pill.tsx';
import { openSettings } from '../../settings/store.ts';
import { LanguageMenu } from './language-menu.tsx';
import { ThemeMenu } from './theme-menu.tsx';

export function Header() {
  const canUndo = useHistory((state) => state.past.length > 0);
  const canRedo = useHistory((state) => state.future.length > 0);
  return (
    <header className="header">
      <Mark size={22} />
      <Title />
      <SavedNote />
      <IconButton icon={Undo2} label={t('edit.undo')} shortcut="mod+z" disabled={!canUndo} onClick={undo} />
      <IconButton
        icon={Redo2}
        label={t('edit.redo')}
        shortcut="mod+shift+z"
        disabled={!canRedo}
        onClick={redo}
      />
      <span className="grow" />
      <button
        type="button"
        className="pill"
        onClick={() => {
          usePalette.setState({ open: 'commands' });
        }}
      >
        <Command size={14} aria-hidden="true" />
        {t('palette.open')}
        <Kbd keys="mod+k" />
      </button>
      <ActionButton id="gallery.toggle" />
      <QueuePill />
      <EnginePill />
      <LanguageMenu />
      <ThemeMenu />
      <IconButton
        icon={Keyboard}
        label={t('shortcuts.open')}
        shortcut="?"
        onClick={() => {
          usePalette.setState({ open: 'shortcuts' });
        }}
      />
      <IconButton
        icon={Settings2}
        label={t('settings.open')}
        shortcut="mod+,"
        onClick={() => {
          openSettings();
        }}
      />
    </header>
  );
}

/** The document's name; click to change it. */
function Title() {
  const title = useDocument(({ document }) => document.title);
  const before = useRef('');
  useEffect(() => {
    document.title = `${title || t('document.untitled')} – ${t('app.name')}`;
  }, [title]);
  return (
    <span className="title" data-value={title || t('document.untitled')}>
      <input
        aria-label={t('document.title')}
        value={title}
        placeholder={t('document.untitled')}
        maxLength={80}
        spellCheck={false}
        size={1}
        onFocus={(event) => {
          before.current = title;
          event.target.select();
        }}
        onChange={(event) => {
          const text = event.target.value;
          editDocument('title', (document) => ({ ...document, title: text }));
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            const text = before.current;
            editDocument('title', (document) => ({ ...document, title: text }));
          }
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </span>
  );
}

function SavedNote() {
  const { state, failure } = useSaved();
  return (
    <span className="saved" data-state={state} title={failure || t('saved.about')} role="status">
      {t(`saved.${state}`)}
    </span>
  );
}
