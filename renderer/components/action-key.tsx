import { useKeyOf } from '../actions/keys.ts';
import { Kbd } from './kbd.tsx';

/** The key of an action, as the user has set it; nothing where it has none. */
export function ActionKey({ id }: { id: string }) {
  const keys = useKeyOf(id);
  return keys === undefined ? null : <Kbd keys={keys} />;
}
