import { Command } from 'lucide-react';
import { useRef } from 'react';
import { ActionButton } from '../../../actions/action-button.tsx';
import { Mark } from '../../../components/mark.tsx';
import { Kbd } from '../../../components/kbd.tsx';
import { t } from '../../../i18n/index.ts';
import { editDocument, useDocument } from '../../../state/document.ts';
import { useSaved } from '../../../state/persistence.ts';
import { EnginePill } from '../../engine/components/engine-pill.tsx';
import { useKeyOf } from '../../../actions/keys.ts';
import { useWindowTitle } from '../../notices/use-window-title.ts';
import { usePalette } from '../../palette/store.ts';
import { QueuePill } from '../../runs/components/queue-pill.tsx';
import { ProjectMenu } from '../../projects/components/project-menu.tsx';
import { LanguageMenu } from './language-menu.tsx';
import { ThemeMenu } from './theme-menu.tsx';

export function Header() {
  const commandsKey = useKeyOf('app.palette');
  return (
    <header className="header">
      <Mark size={22} />
      <Title />
      <SavedNote />
      <ProjectMenu />
      <ActionButton id="edit.undo" />
      <ActionButton id="edit.redo" />
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
        {commandsKey ? <Kbd keys={commandsKey} /> : null}
      </button>
      <ActionButton id="gallery.toggle" />
      <QueuePill />
      <EnginePill />
      <LanguageMenu />
      <ThemeMenu />
      <ActionButton id="app.shortcuts" />
      <ActionButton id="app.settings" />
    </header>
  );
}

/** The document's name; click to change it. */
function Title() {
  const title = useDocument(({ document }) => document.title);
  const before = useRef('');
  useWindowTitle();
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
