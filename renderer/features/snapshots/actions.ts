import { Camera, GalleryThumbnails } from 'lucide-react';
import type { Action } from '../../actions/action.ts';
import { currentPicture } from '../../canvas/selection-api.ts';
import { t } from '../../i18n/index.ts';
import { showToast } from '../shell/toasts.ts';
import { nextName, takeSnapshot } from './service.ts';
import { useSnapshotList } from './store.ts';

/** Keeping the canvas as it is, and looking at what was kept. */
export const snapshotActions: readonly Action[] = [
  {
    id: 'snapshot.take',
    group: 'result',
    label: 'snapshot.take',
    icon: Camera,
    keys: ['n'],
    enabled: () => currentPicture() !== null,
    perform: () => {
      const name = nextName();
      if (takeSnapshot(name)) showToast(t('snapshot.taken', { name }));
    },
  },
  {
    id: 'snapshot.list',
    group: 'result',
    label: 'snapshot.list',
    icon: GalleryThumbnails,
    keys: ['shift+n'],
    perform: () => {
      useSnapshotList.setState({ open: true });
    },
  },
];
