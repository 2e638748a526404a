import { setSession, useSession, type SessionState } from '../../state/session.ts';
import { useEngine } from '../engine/store.ts';

/** A measure holds for the model and backend it was taken with. */
function measuredOn(): string {
  const { model, status } = useEngine.getState();
  return `${model?.name ?? ''} ${status?.backend ?? ''} ${String(status?.threads ?? '')}`.slice(0, 200);
}

/** Remembers the wall time of one step, milliseconds, over starts of the studio too. */
export function keepPace(ms: number): void {
  setSession({ pace: { on: measuredOn(), ms } });
}

/** Wall time of one step by the newest measure, milliseconds; null where there is none for what is open now. */
function paceNow(pace: SessionState['pace']): number | null {
  return pace?.on === measuredOn() ? pace.ms : null;
}

/** `paceNow`, followed by the view that calls it. */
export function usePace(): number | null {
  useEngine();
  return paceNow(useSession((state) => state.pace));
}
