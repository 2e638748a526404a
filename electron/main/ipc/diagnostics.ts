import { diagnosticsChannels } from '../../contract/diagnostics.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** The report about this studio. */
export function registerDiagnosticsIpc(studio: StudioService): void {
  for (const channel of Object.keys(diagnosticsChannels) as (keyof typeof diagnosticsChannels)[])
    validatedHandle(channel, studio);
}
