import type { BackendTrials } from '../backends/choose.ts';
import { trialReport } from '../backends/trial-report.ts';
import { probeMachine } from '../hardware/machine.ts';
import type { Handlers } from './dispatch.ts';
import type { MemoryGuard } from './memory-guard.ts';

type HardwareHandlers = Pick<
  Handlers,
  'hardware.machine' | 'hardware.trial' | 'hardware.fits' | 'hardware.fit'
>;

/** Answers the channels about the machine. */
export function hardwareHandlers(guard: MemoryGuard, trials: BackendTrials): HardwareHandlers {
  return {
    'hardware.machine': () => probeMachine(),
    'hardware.trial': ({ backend, again }) => trialReport(trials, backend, again),
    'hardware.fits': () => guard.fits(),
    'hardware.fit': async ({ request }) => ({ fit: await guard.fit(request) }),
  };
}
