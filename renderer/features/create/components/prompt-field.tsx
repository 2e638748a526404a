import { Asterisk, Grid3x3, ScanText } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { t, formatNumber } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { useCanvasPicture } from '../../../canvas/selection-api.ts';
import { IconButton } from '../../../components/button.tsx';
import { useEngine } from '../../engine/store.ts';
import { HistoryButton } from '../../prompts/components/history-button.tsx';
import { StyleField } from '../../prompts/components/style-field.tsx';
import { WrittenPreview } from '../../prompts/components/written-preview.tsx';
import { describePicture, useDescribe } from '../../prompts/describe.ts';
import { usePromptBook } from '../../prompts/store.ts';
import type { WrittenPrompt } from '../../prompts/written.ts';
import { openSweep } from '../../sweep/store.ts';
import { KnownWords, UnknownWords } from '../../tasks/components/known-words.tsx';
import '../../prompts/prompts.css';
import { useCreateUi } from '../generate.ts';
import type { Problems } from '../settings.ts';
import { usePromptCount } from '../use-prompt-count.ts';

interface PromptFieldProps {
  problem: Problems['prompt'];
  /** What the prompt becomes; null where it stays as it is. */
  written: WrittenPrompt | null;
}

/** The prompt: grows with its text, counts as the model does, and walks through earlier prompts with Alt+↑ and ↓. */
export function PromptField({ problem, written }: PromptFieldProps) {
  const { prompt, seed } = useDocument(({ document }) => document.create);
  const focusWish = useCreateUi((state) => state.focusPrompt);
  const area = useRef<HTMLTextAreaElement>(null);
  const walk = useRef<{ at: number; own: string } | null>(null);
  const able = useEngine((state) => state.model?.tasks.includes('caption') ?? false);
  const hasPicture = useCanvasPicture(({ picture }) => picture !== null && picture.kind !== 'blank');
  const describing = useDescribe((state) => state.asking);
  const historyOpen = useCreateUi((state) => state.historyOpen);
  const { tokens, characters, maxCharacters } = usePromptCount(written?.prompt ?? prompt);
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
    const { prompts } = usePromptBook.getState();
    const earlier = prompts.filter(({ task }) => task === 'text-to-image').map((entry) => entry.prompt);
    walk.current ??= { at: -1, own: prompt };
    const at = Math.max(-1, Math.min(earlier.length - 1, walk.current.at + direction));
    walk.current.at = at;
    editCreate('prompt history', { prompt: at < 0 ? walk.current.own : (earlier[at] ?? prompt) });
  };

  const write = (text: string): void => {
    walk.current = null;
    useCreateUi.setState({ promptProblem: undefined });
    editCreate('prompt', { prompt: text });
  };

  return (
    <div className="prompt">
      <div className="prompt-head">
        <label htmlFor="prompt">{t('create.prompt')}</label>
        <span className="prompt-tools">
          <HistoryButton
            open={historyOpen}
            onOpen={(open) => {
              useCreateUi.setState({ historyOpen: open });
            }}
          />
          <IconButton
            icon={Asterisk}
            size="s"
            label={t('wildcards.open')}
            onClick={() => {
              usePromptBook.setState({ open: 'wildcards' });
            }}
          />
          {able ? (
            <IconButton
              icon={ScanText}
              size="s"
              label={describing === null ? t('describe.action') : t('describe.asking')}
              disabled={!hasPicture || describing !== null}
              onClick={() => void describePicture()}
            />
          ) : null}
          <IconButton icon={Grid3x3} size="s" label={t('sweep.open')} onClick={openSweep} />
        </span>
        <span className="num prompt-count" data-over={tooLong || undefined}>
          {tokens === null ? null : (
            <span className="prompt-tokens">
              {t('create.tokens', { n: formatNumber(tokens) })}
              {maxCharacters === null ? '' : ' · '}
            </span>
          )}
          {maxCharacters === null
            ? ''
            : t('create.characters', { n: formatNumber(characters), most: formatNumber(maxCharacters) })}
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
          write(event.target.value);
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
      <WrittenPreview written={written} seed={seed} />
      <UnknownWords text={written?.prompt ?? prompt} own={prompt} onWrite={write} />
      <div className="prompt-foot">
        <StyleField />
        <KnownWords own={prompt} onWrite={write} />
      </div>
    </div>
  );
}
