import { Camera } from 'lucide-react';
import { useState } from 'react';
import { useCanvasPicture } from '../../../canvas/selection-api.ts';
import { useSnapshots } from '../../../canvas/selection/snapshots-store.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { t } from '../../../i18n/index.ts';
import { nextName, takeSnapshot } from '../service.ts';
import { useSnapshotList } from '../store.ts';
import { SnapshotCard } from './snapshot-card.tsx';
import '../snapshots.css';

/** The snapshots of the canvas, and a name for one more. */
export function SnapshotsDialog() {
  const open = useSnapshotList((state) => state.open);
  return (
    <Dialog
      title={t('snapshot.title')}
      size="l"
      open={open}
      onClose={() => {
        useSnapshotList.setState({ open: false });
      }}
    >
      <div className="snapshots">
        <Take />
        <List />
      </div>
    </Dialog>
  );
}

function Take() {
  const hasPicture = useCanvasPicture((state) => state.picture !== null);
  const [name, setName] = useState('');
  return (
    <form
      className="snapshot-take"
      onSubmit={(event) => {
        event.preventDefault();
        if (hasPicture && takeSnapshot(name)) setName('');
      }}
    >
      <span className="input-box">
        <input
          className="input"
          aria-label={t('snapshot.newName')}
          placeholder={nextName()}
          value={name}
          maxLength={80}
          spellCheck={false}
          data-autofocus
          disabled={!hasPicture}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
      </span>
      <Button type="submit" variant="primary" icon={Camera} disabled={!hasPicture}>
        {t('snapshot.keep')}
      </Button>
    </form>
  );
}

function List() {
  const snapshots = useSnapshots((state) => state.snapshots);
  if (snapshots.length === 0) return <p className="snapshots-none">{t('snapshot.none')}</p>;
  return (
    <ul className="snapshot-list" aria-label={t('snapshot.title')}>
      {snapshots.map((snapshot) => (
        <SnapshotCard key={snapshot.id} snapshot={snapshot} />
      ))}
    </ul>
  );
}
