/** Which pictures are selected, which has the focus, and where a range with Shift begins. */
export interface Selection {
  ids: ReadonlySet<string>;
  focus: string | null;
  anchor: string | null;
}

export const noSelection: Selection = { ids: new Set(), focus: null, anchor: null };

/** A click or key on a picture: alone, `toggle` with Ctrl, `range` with Shift. */
export type Manner = 'alone' | 'toggle' | 'range';

export function select(before: Selection, order: readonly string[], id: string, manner: Manner): Selection {
  if (manner === 'toggle') {
    const ids = new Set(before.ids);
    if (!ids.delete(id)) ids.add(id);
    return { ids, focus: id, anchor: id };
  }
  if (manner === 'range' && before.anchor !== null) {
    const from = order.indexOf(before.anchor);
    const to = order.indexOf(id);
    if (from >= 0 && to >= 0) {
      const ids = new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1));
      return { ids, focus: id, anchor: before.anchor };
    }
  }
  return { ids: new Set([id]), focus: id, anchor: id };
}

export function selectAll(before: Selection, order: readonly string[]): Selection {
  return { ...before, ids: new Set(order) };
}

/** What stays selected when pictures went; the focus moves to the neighbour of one that is gone. */
export function withoutGone(
  before: Selection,
  orderBefore: readonly string[],
  order: readonly string[],
): Selection {
  const present = new Set(order);
  const ids = new Set([...before.ids].filter((id) => present.has(id)));
  const { focus, anchor } = before;
  if (focus === null || present.has(focus)) return { ids, focus, anchor };
  const at = orderBefore.indexOf(focus);
  const next = orderBefore.slice(at + 1).find((id) => present.has(id));
  const previous = orderBefore.slice(0, Math.max(0, at)).findLast((id) => present.has(id));
  const moved = next ?? previous ?? null;
  return { ids, focus: moved, anchor: moved };
}

/** Where an arrow or another key leads in a grid of so many columns; null for other keys. */
export function destination(
  key: string,
  at: number,
  count: number,
  columns: number,
  rows: number,
): number | null {
  if (count === 0) return null;
  const clamp = (to: number): number => Math.min(count - 1, Math.max(0, to));
  const from = at < 0 ? 0 : at;
  switch (key) {
    case 'ArrowLeft':
      return at < 0 ? 0 : clamp(from - 1);
    case 'ArrowRight':
      return at < 0 ? 0 : clamp(from + 1);
    case 'ArrowUp':
      return from - columns < 0 ? from : from - columns;
    case 'ArrowDown':
      return at < 0 ? 0 : from + columns > count - 1 ? lastRow(from, count, columns) : from + columns;
    case 'PageUp':
      return clamp(from - columns * rows < 0 ? from % columns : from - columns * rows);
    case 'PageDown':
      return clamp(from + columns * rows);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** From the row before a short last one, down leads to its last picture. */
function lastRow(from: number, count: number, columns: number): number {
  return Math.floor(from / columns) < Math.floor((count - 1) / columns) ? count - 1 : from;
}
