import type { LucideIcon } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { IconButton } from '../components/button.tsx';
import { useBoxes, useCanvasPicture, useMask } from '../canvas/selection-api.ts';
import { usePlayback } from '../features/playback/store.ts';
import { useGallery } from '../features/gallery/store.ts';
import { useRuns } from '../features/runs/store.ts';
import { useCompare } from '../features/viewer/compare.ts';
import { t } from '../i18n/index.ts';
import { useDocument } from '../state/document.ts';
import { useHistory } from '../state/history.ts';
import { useSession } from '../state/session.ts';
import { isEnabled } from './context.ts';
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
  className?: string;
  /** In place of the action's own icon and name, where it does one of two things. */
  look?: { icon: LucideIcon; label: string };
}

/** The button of an action, pressed and enabled as the action says. */
export function ActionButton({ id, size = 'm', side = 'bottom', className, look }: ActionButtonProps) {
  const action = actionById(id);
  const enabled = useSyncExternalStore(subscribe, () => action !== undefined && isEnabled(action));
  const checked = useSyncExternalStore(subscribe, () => action?.checked?.());
  if (!action) return null;
  return (
    <IconButton
      icon={look?.icon ?? action.icon}
      label={look?.label ?? t(action.label)}
      keyOf={id}
      size={size}
      side={side}
      className={className}
      pressed={checked}
      disabled={!enabled}
      onClick={action.perform}
    />
  );
}
