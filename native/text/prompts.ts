import type { MicroConditions } from '../../electron/contract/request.ts';
import type { Segment } from '../../electron/contract/events.ts';
import type { TextTokenizer } from './tokenizer.ts';

/** System turn of every prompt (PIPELINE §0.1), byte for byte. */
export const systemText =
  'You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, and assist the user with a variety of tasks using natural language.';

/** One turn of the chat template. */
export interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** Ids of one role header: `<|start_header_id|>role<|end_header_id|>`. */
function header(tokenizer: TextTokenizer, role: string): number[] {
  return [tokenizer.special.startHeader, ...tokenizer.encode(role), tokenizer.special.endHeader];
}

/** Ids of one closed turn: header, blank line, trimmed content, end of turn (PIPELINE §0.1). */
function turnIds(tokenizer: TextTokenizer, turn: Turn): number[] {
  return [
    ...header(tokenizer, turn.role),
    ...tokenizer.encode(`\n\n${turn.content.trim()}`),
    tokenizer.special.endOfTurn,
  ];
}

/** Ids of the open assistant header that ends every prompt: header and blank line. */
export function assistantHeader(tokenizer: TextTokenizer): number[] {
  return [...header(tokenizer, 'assistant'), ...tokenizer.encode('\n\n')];
}

/** The `KEY : VALUE;` items of PIPELINE §2.2 in training order, or '' when there are none. */
export function microConditionText(conditions: MicroConditions | null): string {
  if (!conditions) return '';
  const items: string[] = [];
  const whole = (key: string, value: number | undefined): void => {
    if (value !== undefined) items.push(`${key} : ${value};`);
  };
  const real = (key: string, value: number | undefined): void => {
    if (value !== undefined) items.push(`${key} : ${value.toFixed(3)};`);
  };
  whole('ORIGINAL WIDTH', conditions.originalWidth);
  whole('ORIGINAL HEIGHT', conditions.originalHeight);
  whole('TOP', conditions.top);
  whole('LEFT', conditions.left);
  real('LUMINANCE', conditions.luminance);
  real('CONTRAST', conditions.contrast);
  real('SCORE', conditions.score);
  real('HPS', conditions.hps);
  return items.join(' ');
}

/** User turn of a text-to-image prompt (PIPELINE §2.3). */
export function textToImageUserText(caption: string, conditions: MicroConditions | null): string {
  return `Generate an image with the caption:\n ${caption} ${microConditionText(conditions)}`;
}

/** A flat sequence with its segments; `unconditionalEnd` is where the unconditional branch stops hiding rows. */
export interface PromptSequence {
  ids: Int32Array;
  segments: Segment[];
  /** Rows [0, unconditionalEnd) become the text mask in the unconditional branch (PIPELINE §2.4). */
  unconditionalEnd: number;
  canvasStart: number;
  canvasLength: number;
}

/**
 * Sequence of a text-to-image run: `BOS system | user | assistant header | [plan] | canvas | eot, assistant header`
 * (PIPELINE §2.3; the trailing empty header is the reference's, Q1).
 * @param slots number of canvas slots
 * @param plan ids of the layout plan, empty without one
 */
export function textToImageSequence(
  tokenizer: TextTokenizer,
  userText: string,
  slots: number,
  plan: readonly number[] = [],
): PromptSequence {
  const ids: number[] = [];
  const segments: Segment[] = [];
  const push = (kind: Segment['kind'], part: readonly number[]): void => {
    if (part.length === 0) return;
    segments.push({
      kind,
      start: ids.length,
      length: part.length,
      branch: kind === 'canvas' ? 'gen' : 'und',
    });
    for (const id of part) ids.push(id);
  };
  push('system', [tokenizer.special.begin, ...turnIds(tokenizer, { role: 'system', content: systemText })]);
  push('user', turnIds(tokenizer, { role: 'user', content: userText }));
  const userEnd = ids.length;
  push('header', assistantHeader(tokenizer));
  push('plan', plan);
  const canvasStart = ids.length;
  push('canvas', new Array<number>(slots).fill(tokenizer.special.canvasSlot));
  push('tail', [tokenizer.special.endOfTurn, ...assistantHeader(tokenizer)]);
  return {
    ids: Int32Array.from(ids),
    segments,
    unconditionalEnd: plan.length > 0 ? canvasStart : userEnd,
    canvasStart,
    canvasLength: slots,
  };
}
