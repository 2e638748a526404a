import { useEffect, useLayoutEffect, useRef } from 'react';
import { t, formatNumber } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { titleOf } from '../../runs/request-words.ts';
import { useRuns } from '../../runs/store.ts';
import { useCreateUi } from '../generate.ts';
import type { Problems } from '../settings.ts';
import { usePromptCount } from '../use-prompt-count.ts';

/** The prompt: grows with its text, counts as the model does, and walks through earlier prompts with Alt+↑ and ↓. */
export function PromptField({ problem }: { problem: Problems['prompt'] }) {
  const prompt = useDocument(({ document }) => document.create.prompt);
  const focusWish = useCreateUi((state) => state.focusPrompt);
  const area = useRef<HTMLTextAreaElement>(null);
  const walk = useRef<{ at: number; own: string } | null>(null);
  const { tokens, characters, maxCharacters } = usePromptCount(prompt);
  const tooLong = maxCharacters !== null && characters > maxCharacters;

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = '0';
    element.style.height = `${String(element.scrollHeight + 2)}px`;
  }, [prompt]);
  useEffect(() => {
    if (focusWish === 0) return;
    area.current?.focus();
    // A wish is granted once: coming back to this panel is no reason to take the focus again.
    useCreateUi.setState({ focusPrompt: 0 });
  }, [focusWish]);

  const recall = (direction: 1 | -1): void => {
    const earlier = [...new Set(useRuns.getState().finished.map(({ request }) => titleOf(request)))];
    walk.current ??= { at: -1, own: prompt };
    const at = Math.max(-1, Math.min(earlier.length - 1, walk.current.at + direction));
    walk.current.at = at;
    editCreate('prompt history', { prompt: at < 0 ? walk.current.own : (earlier[at] ?? prompt) });
  };

  return (
    <div className="prompt">
      <div className="prompt-head">
        <label htmlFor="prompt">{t('create.prompt')}</label>
        <span className="num prompt-count" data-over={tooLong || undefined}>
          {tokens === null
            ? ''
            : t(tokens === 1 ? 'create.token' : 'create.tokens', { n: formatNumber(tokens) })}
          {maxCharacters === null
            ? ''
            : ` · ${t('create.characters', { n: formatNumber(characters), most: formatNumber(maxCharacters) })}`}
        </span>
      </div>
      <textarea
        ref={area}
        id="prompt"
        className="prompt-area"
        rows={3}
        placeholder={t('create.prompt.placeholder')}
        value={prompt}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? 'prompt-problem' : undefined}
        spellCheck={false}
        onChange={(event) => {
          walk.current = null;
          editCreate('prompt', { prompt: event.target.value });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
          event.preventDefault();
          recall(event.key === 'ArrowUp' ? 1 : -1);
        }}
      />
      {problem ? (
        <p className="field-error" id="prompt-problem" role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}
