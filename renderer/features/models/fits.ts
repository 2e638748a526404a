import { useEffect, useState } from 'react';
import type { ChannelOutput } from '../../../electron/contract/index.ts';
import type { StoredModel } from '../../../electron/contract/models.ts';
import { studio } from '../../api/index.ts';
import { useHardware } from '../hardware/store.ts';

export type PrecisionFit = ChannelOutput<'models.fits'>[number];

/** Whether a model has room in memory; asked again when the machine, the limit or the model's files change. */
export function useModelFits({ id, state, installed }: StoredModel): readonly PrecisionFit[] {
  const [fits, setFits] = useState<readonly PrecisionFit[]>([]);
  const revision = useHardware((hardware) => hardware.revision);
  const bytes = installed?.bytes;
  useEffect(() => {
    let current = true;
    void studio.invoke('models.fits', { id }).then((reply) => {
      if (current) setFits(reply.ok ? reply.value : []);
    });
    return () => {
      current = false;
    };
  }, [id, state, bytes, revision]);
  return fits;
}
