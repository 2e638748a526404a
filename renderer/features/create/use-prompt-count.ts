import { useEffect, useState } from 'react';
import { studio } from '../../api/index.ts';
import { useEngine } from '../engine/store.ts';

const settle = 140;

export interface PromptCount {
  /** Null until the engine has counted. */
  tokens: number | null;
  characters: number;
  maxCharacters: number | null;
}

/** Counts the prompt as the model's own tokenizer does, a moment after the last key. */
export function usePromptCount(prompt: string): PromptCount {
  const model = useEngine((state) => state.model);
  const ready = useEngine((state) => state.status?.state === 'ready' || state.status?.state === 'busy');
  const [counted, setCounted] = useState<{ prompt: string; tokens: number } | null>(null);
  useEffect(() => {
    if (!ready) return;
    let stale = false;
    const timer = window.setTimeout(() => {
      void studio.invoke('prompt.count', { prompt }).then((reply) => {
        if (!stale && reply.ok) setCounted({ prompt, tokens: reply.value.tokens });
      });
    }, settle);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [prompt, ready]);
  return {
    tokens: prompt.trim() === '' ? 0 : (counted?.tokens ?? null),
    characters: [...prompt.trim()].length,
    maxCharacters: model?.maxCaptionCharacters ?? null,
  };
}
