import { useSyncExternalStore } from 'react';
import { IconButton } from '../components/button.tsx';
import { useBoxes, useCanvasPicture, useMask } from '../canvas/selection-api.ts';
import { usePlayback } from '../features/playback/store.ts';
import { useGallery } from '../features/gallery/store.ts';
import { useRuns } from '../features/runs/store.ts';
import { useCompare } from '../features/viewer/compare.ts';
import { useStaging } from '../features/viewer/staging.ts';
import { t } from '../i18n/index.ts';
import { useDocument } from '../state/document.ts';
import { useHistory } from '../state/history.ts';
import { useSession } from '../state/session.ts';
import { useKeyOf } from './keys.ts';
import { actionById } from './registry.ts';

const stores = [
  useSession,
  useGallery,
  useDocument,
  useHistory,
  usePlayback,
  useRuns,
  useCanvasPicture,
  useMask,
  useBoxes,
  useStaging,
  useCompare,
];

function subscribe(listener: () => void): () => void {
  const stops = stores.map((store) => store.subscribe(listener));
  return () => {
    for (const stop of stops) stop();
  };
}

interface ActionButtonProps {
  id: string;
  size?: 'l' | 'm' | 's';
  side?: 'top' | 'right' | 'bottom' | 'left';
}

/** The button of an action, pressed and enabled as the action says. */
export function ActionButton({ id, size = 'm', side = 'bottom' }: ActionButtonProps) {
  const action = actionById(id);
  const shortcut = useKeyOf(id);
  const enabled = useSyncExternalStore(subscribe, () => action?.enabled?.() ?? true);
  const checked = useSyncExternalStore(subscribe, () => action?.checked?.());
  if (!action) return null;
  return (
    <IconButton
      icon={action.icon}
      label={t(action.label)}
      shortcut={shortcut}
      size={size}
      side={side}
      pressed={checked}
      disabled={!enabled}
      onClick={action.perform}
    />
  );
}
