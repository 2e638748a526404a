import type { MicroConditions } from '../../electron/contract/request.ts';
import { picturePiece, type PromptPiece } from './image-prompt.ts';
import { microConditionText, textToImageUserText } from './prompts.ts';

const user = (text: string): PromptPiece => ({ kind: 'user', text });

/** What an earlier round painted, as later rounds are told (PIPELINE §4). */
export interface Feedback {
  /** What the critic said. */
  reply: string;
}

const planSentence = 'Please first think and plan the layout in LOC format.';

const history = ' Please also consider past generations and their feedbacks. Do not repeat these errors ';

/**
 * User turn of a text-to-image prompt (PIPELINE §2.3), with one picture for each earlier round (§4 step 2).
 * @param feedback oldest first; empty in the first round
 * @param trained training had a space for the line break (Q14), and with a layout the planner's sentence (Q7); null for
 * the published form
 */
export function paintContent(
  caption: string,
  conditions: MicroConditions | null,
  feedback: readonly Feedback[] = [],
  trained: { planned: boolean } | null = null,
): PromptPiece[] {
  let start = textToImageUserText(caption, conditions);
  if (trained) {
    start = `Generate an image with the caption: ${caption} ${microConditionText(conditions)}`;
    if (trained.planned) start += `. ${planSentence}`;
  }
  if (feedback.length === 0) return [user(start)];
  return [
    user(`${start} ${history}`),
    ...feedback.flatMap(({ reply }, i) => [
      user(`Generation ${i + 1}: `),
      picturePiece,
      user(`\n Feedback ${i + 1}: ${reply}\n`),
    ]),
  ];
}

/** User turn of the layout planner of a picture from text (PIPELINE §3 step 1). */
export function paintPlanContent(caption: string, conditions: MicroConditions | null): PromptPiece[] {
  return [
    user(`Generate an image with the caption: ${caption} ${microConditionText(conditions)}. ${planSentence}`),
  ];
}

/** User turn of the layout planner of an edit (PIPELINE §5). */
export function editPlanContent(instruction: string): PromptPiece[] {
  return [picturePiece, user(`\n${instruction}. ${planSentence}`)];
}

/**
 * User turn of an edit (PIPELINE §5): the source as semantic tokens, then as VQ slots, then the instruction.
 * @param sourceSlots ids of the slots
 */
export function editContent(instruction: string, sourceSlots: readonly number[]): PromptPiece[] {
  return [picturePiece, user(' '), { kind: 'vqSource', ids: sourceSlots }, user(`\n ${instruction} `)];
}

/** User turn of the critic (PIPELINE §4 step 1); the prompt stands bare, without micro-conditions. */
export function critiqueContent(prompt: string): PromptPiece[] {
  return [
    picturePiece,
    user(
      `\nPlease evaluate this generated image based on the following prompt: ${prompt} Focus on text alignment and compositionality.`,
    ),
  ];
}

const reasoningSentence =
  '\n Please also perform detailed reasoning for this problem and provide detailed reasoning traces.';

/** User turn of a question (PIPELINE §1.1, in the form of the evaluations; §7 for the reasoning sentence). */
export function questionContent(question: string, picture: boolean, reasoning: boolean): PromptPiece[] {
  const text = `${question}${reasoning ? reasoningSentence : ''}`;
  return picture ? [picturePiece, user(`\n${text}`)] : [user(text)];
}

/** User turn of a dense caption (PIPELINE §7). */
export function captionContent(): PromptPiece[] {
  return [picturePiece, user('\n Generate a dense image caption with bounding boxes in LOC format.')];
}
