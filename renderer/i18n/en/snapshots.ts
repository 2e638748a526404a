/** Texts about snapshots of the canvas. */
export const snapshotTexts = {
  'snapshot.title': 'Snapshots of the canvas',
  'snapshot.take': 'Keep a snapshot of the canvas',
  'snapshot.list': 'Snapshots of the canvas…',
  'snapshot.name': 'Snapshot {n}',
  'snapshot.newName': 'Name of a new snapshot',
  'snapshot.keep': 'Keep',
  'snapshot.taken': 'Kept as {name}',
  'snapshot.none':
    'A snapshot keeps the canvas as it is: the picture, its mask, its boxes, what is visible and the results that wait. Keep one before you try something, and come back to it whenever you like.',
  'snapshot.restore': 'Bring back: {name}',
  'snapshot.restore.about': 'Bring it back to the canvas; undo brings back what is there now',
  'snapshot.restored': '{name} is back on the canvas',
  'snapshot.rename': 'Name of the snapshot',
  'snapshot.remove': 'Delete: {name}',
  'snapshot.removed': '{name} deleted',
  'snapshot.gone': 'Its picture is no longer in the library',
  'snapshot.full': 'There is no room for another snapshot.',
  'snapshot.full.action': 'Delete one that you do not need, then try again.',
} as const;
