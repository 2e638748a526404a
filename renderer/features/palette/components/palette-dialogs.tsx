import { Search, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Action } from '../../../actions/action.ts';
import { isEnabled } from '../../../actions/context.ts';
import { keysOf } from '../../../actions/keys.ts';
import { actionGroups, actions } from '../../../actions/registry.ts';
import { IconButton } from '../../../components/button.tsx';
import { Kbd } from '../../../components/kbd.tsx';
import { useDialogFocus } from '../../../components/dialog-focus.ts';
import { t } from '../../../i18n/index.ts';
import { usePalette } from '../store.ts';
import '../palette.css';

/** The command palette and the sheet of shortcuts; both are views of the action registry. */
export function PaletteDialogs() {
  const open = usePalette((state) => state.open);
  const focus = useDialogFocus();
  return (
    <Dialog.Root
      open={open !== null}
      onOpenChange={(next) => {
        if (!next) usePalette.setState({ open: null });
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className={`dialog dialog-${open ?? 'commands'}`}
          aria-describedby={undefined}
          {...focus}
        >
          {open === 'shortcuts' ? <Shortcuts /> : <Commands />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function matches(action: Action, query: string): boolean {
  const text = `${t(`group.${action.group}`)} ${t(action.label)}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Commands() {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const found = actions.filter(
    (action) => action.id !== 'app.palette' && isEnabled(action) && matches(action, query),
  );
  const current = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, query]);
  const run = (action: Action): void => {
    usePalette.setState({ open: null });
    // After the dialog gave the focus back, so that an action may move it.
    window.setTimeout(action.perform, 0);
  };
  const keyDown = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (direction !== 0 && found.length > 0) {
      event.preventDefault();
      setAt((Math.min(at, found.length - 1) + direction + found.length) % found.length);
    }
    if (event.key === 'Enter' && current) {
      event.preventDefault();
      run(current);
    }
  };
  return (
    <>
      <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
      <div className="palette-search">
        <Search size={16} aria-hidden="true" />
        <input
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={current ? `command-${current.id}` : undefined}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          value={query}
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={keyDown}
        />
      </div>
      <ul
        id="palette-list"
        role="listbox"
        aria-label={t('palette.title')}
        className="palette-list"
        ref={list}
      >
        {found.map((action) => (
          <li
            key={action.id}
            id={`command-${action.id}`}
            role="option"
            aria-selected={action === current}
            onClick={() => {
              run(action);
            }}
            onPointerMove={() => {
              setAt(found.indexOf(action));
            }}
          >
            <action.icon size={16} aria-hidden="true" />
            <span>{t(action.label)}</span>
            <small>{t(`group.${action.group}`)}</small>
            <Keys action={action} />
          </li>
        ))}
        {found.length === 0 ? <li className="palette-none">{t('palette.none', { query })}</li> : null}
      </ul>
    </>
  );
}

function Keys({ action }: { action: Action }) {
  const [key] = keysOf(action);
  return key === undefined ? null : <Kbd keys={key} />;
}

function Shortcuts() {
  return (
    <>
      <header className="dialog-head">
        <Dialog.Title>{t('shortcuts.title')}</Dialog.Title>
        <Dialog.Close asChild>
          <IconButton icon={X} label={t('dialog.close')} />
        </Dialog.Close>
      </header>
      <div className="shortcut-groups" tabIndex={0} role="region" aria-label={t('shortcuts.title')}>
        {actionGroups.map((group) => (
          <section key={group}>
            <h3>{t(`group.${group}`)}</h3>
            <dl>
              {actions
                .filter((action) => action.group === group && keysOf(action).length > 0)
                .map((action) => (
                  <div key={action.id}>
                    <dt>{t(action.label)}</dt>
                    <dd>
                      <Keys action={action} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{t('group.pointer')}</h3>
          <dl>
            {(
              [
                'wheel',
                'drag',
                'pan',
                'brush',
                'shape',
                'polygon',
                'arrows',
                'box',
                'frame',
                'drop',
                'click',
                'walk',
                'scrub',
                'history',
              ] as const
            ).map((key) => (
              <div key={key}>
                <dt>{t(`pointer.${key}`)}</dt>
                <dd>{t(`pointer.${key}.does`)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </>
  );
}
