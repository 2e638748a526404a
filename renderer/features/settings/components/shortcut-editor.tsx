import { AlertTriangle, RotateCcw, X } from 'lucide-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { combinationOf, type Action } from '../../../actions/action.ts';
import { conflictsOf, keysOf, useKeysOf } from '../../../actions/keys.ts';
import { actionGroups, actions } from '../../../actions/registry.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { Kbd } from '../../../components/kbd.tsx';
import { t } from '../../../i18n/index.ts';
import { changeSettings, userSettings, useUserSettings } from '../../../state/user-settings.ts';
import { useSettingsDialog } from '../store.ts';

/** Actions whose group and name hold every word of a search. */
export function actionsMatching(query: string): readonly Action[] {
  const words = query.toLowerCase().trim().split(/\s+/);
  return actions.filter((action) => {
    const text = `${t(`group.${action.group}`)} ${t(action.label)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Keys of every action, each to be changed, taken away or put back. */
export function ShortcutEditor({ query }: { query: string }) {
  const changed = useUserSettings(({ settings }) => Object.keys(settings.shortcuts).length > 0);
  const found = actionsMatching(query);
  return (
    <>
      {query === '' ? (
        <div className="shortcut-intro">
          <p className="setting-about">{t('shortcut.about')}</p>
          <Button
            size="s"
            disabled={!changed}
            onClick={() => {
              changeSettings({ shortcuts: {} });
            }}
          >
            {t('shortcut.resetAll')}
          </Button>
        </div>
      ) : null}
      {actionGroups.map((group) => {
        const ofGroup = found.filter((action) => action.group === group);
        if (ofGroup.length === 0) return null;
        return (
          <section key={group} className="shortcut-section">
            <h3>{t(`group.${group}`)}</h3>
            {ofGroup.map((action) => (
              <ShortcutRow key={action.id} action={action} />
            ))}
          </section>
        );
      })}
    </>
  );
}

function setKeys(action: Action, keys: readonly string[] | null): void {
  const { [action.id]: _old, ...others } = userSettings().shortcuts;
  changeSettings({ shortcuts: keys === null ? others : { ...others, [action.id]: [...keys] } });
}

/** Takes the keys of one action away from another. */
function takeFrom(other: Action, keys: readonly string[]): void {
  setKeys(
    other,
    keysOf(other).filter((key) => !keys.includes(key)),
  );
}

function ShortcutRow({ action }: { action: Action }) {
  const keys = useKeysOf(action);
  const own = useUserSettings(({ settings }) => action.id in settings.shortcuts);
  // Conflicts depend on the keys of every other action too.
  useUserSettings(({ settings }) => settings.shortcuts);
  const conflicts = conflictsOf(action);
  const name = t(action.label);
  return (
    <div className="shortcut-row">
      <action.icon size={16} aria-hidden="true" />
      <span className="shortcut-name">
        {name}
        {conflicts.length > 0 ? (
          <span className="shortcut-conflict" role="status">
            <AlertTriangle size={13} aria-hidden="true" />
            {t('shortcut.conflict', { names: conflicts.map(({ label }) => t(label)).join(', ') })}
            <button
              type="button"
              className="text-button"
              onClick={() => {
                for (const other of conflicts) takeFrom(other, keys);
              }}
            >
              {t('shortcut.take')}
            </button>
          </span>
        ) : null}
      </span>
      {own ? (
        <IconButton
          icon={RotateCcw}
          size="s"
          label={t('settings.reset', { name })}
          onClick={() => {
            setKeys(action, null);
          }}
        />
      ) : null}
      {keys.length > 0 ? (
        <IconButton
          icon={X}
          size="s"
          label={t('shortcut.remove', { name })}
          onClick={() => {
            setKeys(action, []);
          }}
        />
      ) : null}
      <KeyCapture
        name={name}
        keys={keys}
        onCapture={(key) => {
          setKeys(action, [key, ...keys.slice(1).filter((other) => other !== key)]);
        }}
      />
    </div>
  );
}

const modifiers = new Set(['control', 'shift', 'alt', 'meta', 'altgraph', 'capslock', 'dead', 'process']);

interface KeyCaptureProps {
  name: string;
  keys: readonly string[];
  onCapture: (key: string) => void;
}

/** The keys of an action as a button; once pressed it takes the next combination. Escape and Tab leave it as it was. */
function KeyCapture({ name, keys, onCapture }: KeyCaptureProps) {
  const [capturing, setCapturing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const set = (on: boolean): void => {
    setCapturing(on);
    useSettingsDialog.setState({ capturing: on });
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (!capturing || event.key === 'Tab' || modifiers.has(event.key.toLowerCase())) return;
    event.preventDefault();
    event.stopPropagation();
    set(false);
    if (event.key !== 'Escape') onCapture(combinationOf(event.nativeEvent));
  };
  return (
    <button
      ref={button}
      type="button"
      className="shortcut-keys"
      data-capturing={capturing || undefined}
      aria-label={
        capturing ? t('shortcut.capturing', { name }) : t('shortcut.change', { name, keys: keys[0] ?? '–' })
      }
      onClick={() => {
        set(true);
      }}
      onBlur={() => {
        if (capturing) set(false);
      }}
      onKeyDown={keyDown}
    >
      {capturing
        ? t('shortcut.press')
        : keys.length === 0
          ? '–'
          : keys.map((key) => <Kbd key={key} keys={key} />)}
    </button>
  );
}
