import { describe, expect, it, vi } from 'vitest';
import type { ModelInfo } from '../../../electron/contract/engine.ts';
import { buildRequest } from '../../../renderer/features/create/settings.ts';
import { emptyDocument, parseDocument } from '../../../renderer/state/document.ts';

// The window's line to the engine, which is not used here.
vi.mock('../../../renderer/api/index.ts', () => ({ studio: {} }));

const { create } = emptyDocument;
const draft = { ...create, prompt: 'a cat', reflection: { ...create.reflection, on: true } };
const published = { tasks: ['text-to-image', 'reflect'] } as ModelInfo;
const nano = { ...published, reflectionDefaults: { mode: 'self-verify', history: 3 } } as ModelInfo;

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
