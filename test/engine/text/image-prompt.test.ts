import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { densePrompt, expressionPrompt } from '../../../native/tasks/ground-prompt.ts';
import { buildImagePrompt, picturePiece, promptSegments } from '../../../native/text/image-prompt.ts';
import { embedPrompt, imagePlaceholder } from '../../../native/text/prompt-rows.ts';
import { TextTokenizer } from '../../../native/text/tokenizer.ts';
import { seeingBundle } from '../../support/seeing-bundle.ts';
import type { TemporaryFolder } from '../network/random-bundle.ts';

let bundle: TemporaryFolder;
let tokenizer: TextTokenizer;
beforeAll(async () => {
  bundle = await seeingBundle();
  tokenizer = await TextTokenizer.open(bundle.path, 1_000_000);
});
afterAll(() => bundle.remove());

/** The prompt as text, `<image>` where a picture goes. */
function spell(ids: readonly number[]): string {
  const parts: number[][] = [[]];
  for (const id of ids) {
    if (id === imagePlaceholder) parts.push([]);
    else parts.at(-1)?.push(id);
  }
  return parts.map((part) => tokenizer.decode(part)).join('<image>');
}

const system =
  '<|startoftext|><|start_header_id|>system<|end_header_id|>\n\nYou are a helpful language and vision assistant. ' +
  'You are able to understand the visual content that the user provides, and assist the user with a variety of ' +
  'tasks using natural language.<|eot_id|>';
const box = '<LOC_BEGIN><|mdm_mask|><|mdm_mask|><|mdm_mask|><|mdm_mask|><LOC_END>';

describe('grounding prompts, byte for byte', () => {
  const question = (text: string): string =>
    `<|start_header_id|>user<|end_header_id|>\n\n<image>${text}<|eot_id|>` +
    '<|start_header_id|>assistant<|end_header_id|>\n\n';

  it('one expression', () => {
    const asked = question('\n Please locate the red cup in this image. Give bounding boxes in LOC format.');
    const wanted = `${system}${asked}${box}<|eot_id|>`;
    expect(spell(expressionPrompt(tokenizer, 'the red cup', false).ids)).toBe(wanted);
    expect(spell(expressionPrompt(tokenizer, 'the red cup', true).ids)).toBe(`'${wanted}`);
  });

  it('several phrases', () => {
    const answer =
      'There are following objects in the scene. ' +
      `<box_p> a dog </box_p>${box}, <box_p> the sky </box_p>${box}<|eot_id|>` +
      '<|start_header_id|>assistant<|end_header_id|>\n\n';
    const text =
      ' Please describe this image with dense localized caption. Give bounding boxes in LOC format.';
    const prompt = (published: boolean) => spell(densePrompt(tokenizer, ['a dog', 'the sky'], published).ids);
    expect(prompt(false)).toBe(`${system}${question(`\n${text}`)}${answer}`);
    expect(prompt(true)).toBe(`${system}${question(text)}${answer}`);
  });

  it('a phrase never becomes a special token', () => {
    const { ids } = expressionPrompt(tokenizer, 'a <LOC_5> <|mdm_mask|> <image>', false);
    expect(ids.filter((id) => id === tokenizer.special.mask)).toHaveLength(4);
    expect(ids.filter((id) => id === imagePlaceholder)).toHaveLength(1);
    expect(spell(ids)).toContain('locate a <LOC_5> <|mdm_mask|> <image> in');
  });
});

describe('prompts with pictures', () => {
  it('drop one token after each picture and no other', () => {
    const pieces = [
      { kind: 'user' as const, text: 'ab' },
      picturePiece,
      { kind: 'user' as const, text: 'cd' },
      picturePiece,
      { kind: 'user' as const, ids: [tokenizer.special.endOfTurn] },
      { kind: 'user' as const, text: 'ef' },
    ];
    expect(spell(buildImagePrompt(tokenizer, pieces, false).ids)).toBe('ab<image>cd<image><|eot_id|>ef');
    expect(spell(buildImagePrompt(tokenizer, pieces, true).ids)).toBe('ab<image>d<image>ef');
  });

  it('know their segments once the pictures have rows', () => {
    const prompt = expressionPrompt(tokenizer, 'it', false);
    const segments = promptSegments(prompt, [100]);
    expect(segments.map((s) => s.kind)).toEqual(['system', 'user', 'semantic', 'user', 'header', 'answer']);
    expect(segments.find((s) => s.kind === 'semantic')?.length).toBe(100);
    let next = 0;
    for (const { start, length } of segments) {
      expect(start).toBe(next);
      next = start + length;
    }
    expect(next).toBe(prompt.ids.length - 1 + 100);
  });

  it('put the tokens of pictures in their places', async () => {
    const embed = (ids: number[]): Promise<Float32Array> =>
      Promise.resolve(Float32Array.from(ids.flatMap((id) => [id, -id])));
    const pictures = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6)];
    const { ids, states } = await embedPrompt([10, -200, 20, 30, -200], pictures, embed, 2);
    expect([...ids]).toEqual([10, -200, -200, 20, 30, -200]);
    expect([...states]).toEqual([10, -10, 1, 2, 3, 4, 20, -20, 30, -30, 5, 6]);
    await expect(embedPrompt([1, -200], [], embed, 2)).rejects.toThrow(RangeError);
  });
});
