import { describe, expect, it, vi } from 'vitest';
import type { ModelInfo } from '../../../electron/contract/engine.ts';
import { planSettings } from '../../../native/cli/generate.ts';
import { buildRequest, planWeightOf, problemsOf } from '../../../renderer/features/create/settings.ts';
import { editRequest } from '../../../renderer/features/edit/edit.ts';
import { emptyDocument, parseDocument } from '../../../renderer/state/document.ts';

// The window's line to the engine, which is not used here.
vi.mock('../../../renderer/api/index.ts', () => ({ studio: {} }));

const { create } = emptyDocument;
const draft = { ...create, prompt: 'a cat', reflection: { ...create.reflection, on: true } };
const published = { tasks: ['text-to-image', 'reflect'] } as ModelInfo;
const nano = {
  ...published,
  tasks: [...published.tasks, 'plan'],
  planDefaults: { weight: 0.5 },
  reflectionDefaults: { mode: 'self-verify', history: 3, weight: 0.5 },
} as ModelInfo;

describe('what a round of reflection is told', () => {
  it('is what suits the model, while the user chooses nothing', () => {
    expect(buildRequest(draft, published, 1).reflection).toMatchObject({ mode: 'reflection', rounds: 4 });
    expect(buildRequest(draft, nano, 1).reflection).toMatchObject({ mode: 'self-verify', history: 3 });
    expect(buildRequest(draft, null, 1).reflection).toBeUndefined();
  });

  it('is what the user chose, whatever the model, also after a restart', () => {
    const chosen = { ...draft, reflection: { ...draft.reflection, mode: 'reflection' as const } };
    expect(buildRequest(chosen, nano, 1).reflection?.mode).toBe('reflection');
    const kept = (what: typeof draft) => parseDocument({ ...emptyDocument, create: what }).create.reflection;
    expect(kept(chosen)).toEqual(chosen.reflection);
    expect(kept(draft)).toEqual(draft.reflection);
  });
});

describe('the weight of what stands beside the prompt', () => {
  const planned = { ...draft, plan: { mode: 'auto' as const, boxes: [] } };
  const told = { ...draft, reflection: { ...draft.reflection, mode: 'reflection' as const } };

  it('is the model’s own until the user says another', () => {
    expect(buildRequest(planned, nano, 1).plan).toEqual({ mode: 'auto', weight: 0.5 });
    const heavy = { ...planned, plan: { ...planned.plan, weight: 2 } };
    expect(buildRequest(heavy, nano, 1).plan).toEqual({ mode: 'auto', weight: 2 });
    expect(buildRequest(told, nano, 1).reflection?.weight).toBe(0.5);
  });

  it('of boxes that the user drew may be another than that of the model’s own layout', () => {
    const box = { id: 'a', name: 'cat', box: [0, 0, 512, 512] as [number, number, number, number] };
    const drawn = { ...draft, plan: { mode: 'given' as const, boxes: [box] } };
    const exact = { ...nano, planDefaults: { weight: 0.5, given: 1 } } as ModelInfo;
    expect(buildRequest(drawn, nano, 1).plan).toMatchObject({ mode: 'given', weight: 0.5 });
    expect(buildRequest(drawn, exact, 1).plan).not.toHaveProperty('weight');
    expect(buildRequest(planned, exact, 1).plan).toEqual({ mode: 'auto', weight: 0.5 });
  });

  it('of an edit may be another, in the window and on the command line', async () => {
    const planDefaults = { weight: 1, edits: 0.5 };
    const gentle = { ...nano, planDefaults } as ModelInfo;
    expect(planWeightOf(gentle, 'edit')).toBe(0.5);
    expect(planWeightOf(nano, 'edit')).toBe(0.5);
    expect(buildRequest(planned, gentle, 1).plan).toEqual({ mode: 'auto' });
    const { edit } = emptyDocument.tasks;
    const planOf = (model: ModelInfo) =>
      editRequest({ ...edit, plan: true }, model, { name: 'a.png', sha256: '0' }).plan;
    expect(planOf(gentle)).toEqual({ mode: 'auto', weight: 0.5 });
    expect(planOf({ ...gentle, planDefaults: { weight: 0.5, edits: 1 } })).toEqual({ mode: 'auto' });
    expect(await planSettings({ plan: true }, planDefaults, 'edit')).toEqual({ mode: 'auto', weight: 0.5 });
    expect(await planSettings({ plan: true }, planDefaults)).toEqual({ mode: 'auto' });
    expect(await planSettings({ plan: true, planWeight: 2 }, planDefaults, 'edit')).toMatchObject({
      weight: 2,
    });
  });

  it('is not said where it is 1, or where nothing is told', () => {
    const can = {
      ...nano,
      planDefaults: { weight: 1 },
      reflectionDefaults: undefined,
    } as unknown as ModelInfo;
    expect(buildRequest(planned, can, 1).plan).toEqual({ mode: 'auto' });
    expect(buildRequest(told, can, 1).reflection).toEqual({ rounds: 4, mode: 'reflection', history: 3 });
    expect(buildRequest(draft, nano, 1).reflection).not.toHaveProperty('weight');
  });

  it('out of range keeps the draft from being run, and no box or number of rounds is blamed', () => {
    const wrong = { ...planned, plan: { ...planned.plan, weight: 9 } };
    expect(Object.keys(problemsOf(wrong, { ...nano, grid: { width: 8, height: 8 } }))).toContain(
      'planSettings',
    );
    expect(problemsOf(wrong, { ...nano, grid: { width: 8, height: 8 } })).not.toHaveProperty('plan');
  });
});
