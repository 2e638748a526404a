import type { StoredModel } from '../../../electron/contract/models.ts';
import { studio } from '../../api/index.ts';
import { useHardware } from '../hardware/store.ts';
import { useModels, type PrecisionFit } from './store.ts';

const none: readonly PrecisionFit[] = [];

/** Whether a model has room in memory, at each precision; empty until that is known. */
export function useModelFits({ id }: StoredModel): readonly PrecisionFit[] {
  return useModels(({ fits }) => fits[id] ?? none);
}

/** What decides whether a model has room: the machine with its limit, and the model's files. */
function keyOf({ state, installed }: StoredModel): string {
  return [useHardware.getState().revision, state, installed?.bytes].join();
}

/** Asks ahead whether models have room, so that their cards say it from the start; again when what decides it changes. */
export function keepFits(): void {
  const asked = new Map<string, string>();
  const ask = (): void => {
    for (const model of useModels.getState().state?.models ?? []) {
      const { id } = model;
      const key = keyOf(model);
      if (asked.get(id) === key) continue;
      asked.set(id, key);
      void studio.invoke('models.fits', { id }).then((reply) => {
        if (asked.get(id) !== key) return;
        const found = reply.ok ? reply.value : none;
        useModels.setState(({ fits }) => ({ fits: { ...fits, [id]: found } }));
      });
    }
  };
  useModels.subscribe(ask);
  useHardware.subscribe(ask);
}
