import { describe, expect, it } from 'vitest';
import { imageSequence } from '../../../native/text/image-sequence.ts';
import {
  buildImagePrompt,
  openHeaderPieces,
  systemPieces,
  turnPieces,
  type PromptPiece,
} from '../../../native/text/image-prompt.ts';
import { imagePlaceholder } from '../../../native/text/prompt-rows.ts';
import {
  captionContent,
  critiqueContent,
  editContent,
  editPlanContent,
  paintContent,
  paintPlanContent,
  questionContent,
} from '../../../native/text/task-prompts.ts';
import { TextTokenizer } from '../../../native/text/tokenizer.ts';
import { seeingBundle } from '../../support/seeing-bundle.ts';

const bundle = await seeingBundle();
const tokenizer = await TextTokenizer.open(bundle.path, 1e6);
await bundle.remove();

const micro = { originalWidth: 1024, originalHeight: 1024, top: 0, left: 0, score: 7.11 };
const microText = 'ORIGINAL WIDTH : 1024; ORIGINAL HEIGHT : 1024; TOP : 0; LEFT : 0; SCORE : 7.110;';

/** Everything between the role header and the end of the user's turn, pictures as `<image>`. */
function userTurn(ids: readonly number[]): string {
  const text = ids.reduce(
    (read, id) => read + (id === imagePlaceholder ? '<image>' : tokenizer.decode([id])),
    '',
  );
  const turn = /<\|start_header_id\|>user<\|end_header_id\|>\n\n([\s\S]*?)<\|eot_id\|>/u.exec(text)?.[1];
  if (turn === undefined) throw new Error('no user turn');
  return turn;
}

/** The turn as trained, the first token after a picture kept. */
function asTrained(content: readonly PromptPiece[]): string {
  const pieces = [
    ...systemPieces(tokenizer),
    ...turnPieces(tokenizer, 'user', 'user', content),
    ...openHeaderPieces(tokenizer, 'header'),
  ];
  return userTurn(buildImagePrompt(tokenizer, pieces, false).ids);
}

describe('the user turns, byte for byte', () => {
  it('of a picture, and of a picture after failed rounds', () => {
    expect(asTrained(paintContent('a red car', micro))).toBe(
      `Generate an image with the caption:\n a red car ${microText}`,
    );
    const feedback = [{ reply: 'This image is incorrect. No car.' }, { reply: 'Not red.' }];
    expect(asTrained(paintContent('a red car', micro, feedback))).toBe(
      `Generate an image with the caption:\n a red car ${microText}  Please also consider past generations and their ` +
        'feedbacks. Do not repeat these errors Generation 1: <image>\n Feedback 1: This image is incorrect. No car.\n' +
        'Generation 2: <image>\n Feedback 2: Not red.',
    );
  });

  it('of a picture as training saw it', () => {
    const trained = (planned: boolean) => asTrained(paintContent('a red car', micro, [], { planned }));
    expect(trained(false)).toBe(`Generate an image with the caption: a red car ${microText}`);
    expect(trained(true)).toBe(asTrained(paintPlanContent('a red car', micro)));
  });

  it('of the planners', () => {
    expect(asTrained(paintPlanContent('a red car', micro))).toBe(
      `Generate an image with the caption: a red car ${microText}. Please first think and plan the layout in LOC format.`,
    );
    expect(asTrained(editPlanContent('remove the car'))).toBe(
      '<image>\nremove the car. Please first think and plan the layout in LOC format.',
    );
  });

  it('of an edit', () => {
    const slot = tokenizer.special.sourceSlot;
    const slots = '<|reserved_token_6|>'.repeat(3);
    expect(asTrained(editContent('remove the car', [slot, slot, slot]))).toBe(
      `<image> ${slots}\n remove the car`,
    );
    // As published, the space after the picture is lost (Q2).
    const { ids, kinds } = imageSequence(tokenizer, editContent('remove the car', [slot, slot, slot]), 2);
    expect(userTurn(ids)).toBe(`<image>${slots}\n remove the car`);
    expect(kinds.filter((kind) => kind === 'vqSource')).toHaveLength(3);
    const kept = imageSequence(tokenizer, editContent('remove the car', [slot]), 2, [], 'trained');
    expect(userTurn(kept.ids)).toBe('<image> <|reserved_token_6|>\n remove the car');
  });

  it('of the critic, of questions and of a dense caption', () => {
    expect(asTrained(critiqueContent('a red car'))).toBe(
      '<image>\nPlease evaluate this generated image based on the following prompt: a red car Focus on text alignment ' +
        'and compositionality.',
    );
    expect(asTrained(questionContent('What is it?', true, false))).toBe('<image>\nWhat is it?');
    expect(asTrained(questionContent('What is it?', false, false))).toBe('What is it?');
    expect(asTrained(questionContent('Why?', true, true))).toBe(
      '<image>\nWhy?\n Please also perform detailed reasoning for this problem and provide detailed reasoning traces.',
    );
    expect(asTrained(captionContent())).toBe(
      '<image>\n Generate a dense image caption with bounding boxes in LOC format.',
    );
  });
});
