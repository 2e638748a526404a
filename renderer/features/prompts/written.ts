import { useEffect, useState } from 'react';
import type { ExpandedPrompt, Style } from '../../../electron/contract/prompts.ts';
import type { RequestOrigin } from '../../../electron/contract/request.ts';
import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { usePromptBook } from './store.ts';

/** A prompt as a request carries it, and how it came about. */
export interface WrittenPrompt {
  prompt: string;
  /** Absent where the prompt is what the user wrote. */
  origin: RequestOrigin | undefined;
  problems: ExpandedPrompt['problems'];
}

/** Whether a prompt has anything in it that the studio would change. */
function isPlain(template: string): boolean {
  return !/[{}#\\]|__/u.test(template);
}

export function styleOf(id: string | null): Style | null {
  return usePromptBook.getState().styles.find((style) => style.id === id) ?? null;
}

/** Draws a prompt once a seed. Null when the studio could not be asked. */
export async function writePrompts(
  template: string,
  style: Style | null,
  seeds: readonly number[],
): Promise<WrittenPrompt[] | null> {
  const own = template.trim();
  if (!style && isPlain(own)) return seeds.map(() => ({ prompt: own, origin: undefined, problems: [] }));
  const reply = await studio.invoke('prompt.expand', {
    template: own,
    style: style?.template ?? '',
    seeds: [...seeds],
  });
  if (!reply.ok) return null;
  return reply.value.map(({ prompt, drawn, problems }) => ({
    prompt,
    problems,
    origin:
      prompt === own
        ? undefined
        : {
            template: own,
            ...(style ? { style: { name: style.name, template: style.template } } : {}),
            ...(drawn.length > 0 ? { drawn } : {}),
          },
  }));
}

/** What is wrong with a prompt's wildcards, in words; undefined when nothing is. */
export function wildcardProblem(problems: ExpandedPrompt['problems']): string | undefined {
  const [first] = problems;
  return first ? t(`wildcards.problem.${first.kind}`, { name: `__${first.name}__` }) : undefined;
}

const settle = 160;

/** What the prompt becomes with a seed, a moment after the last key; null where it is what the user wrote. */
export function useWrittenPrompt(
  template: string,
  styleId: string | null,
  seed: number,
): WrittenPrompt | null {
  const styles = usePromptBook((state) => state.styles);
  const wildcards = usePromptBook((state) => state.wildcards);
  const [written, setWritten] = useState<{ template: string; value: WrittenPrompt | null } | null>(null);
  const style = styles.find(({ id }) => id === styleId) ?? null;
  const plain = (!style && isPlain(template)) || template.trim() === '' || !Number.isInteger(seed);
  useEffect(() => {
    if (plain) return;
    let stale = false;
    const timer = window.setTimeout(() => {
      void writePrompts(template, style, [seed]).then((all) => {
        if (!stale) setWritten({ template, value: all?.[0] ?? null });
      });
    }, settle);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [template, style, seed, wildcards, plain]);
  return plain ? null : (written?.value ?? null);
}
