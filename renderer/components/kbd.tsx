import { keyParts } from '../actions/action.ts';

/** A key combination, drawn as keys. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="kbd-group" aria-hidden="true">
      {keyParts(keys).map((part) => (
        <kbd className="kbd" key={part}>
          {part}
        </kbd>
      ))}
    </span>
  );
}
