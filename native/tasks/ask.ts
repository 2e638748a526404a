import type { LabelledBox, RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { AskRequest, CaptionRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { binsToPixelBox, type BinBox } from '../imaging/locations.ts';
import type { Size } from '../imaging/geometry.ts';
import { stepsPerBlock, type TextSamplerSettings } from '../sampler/text-sampler.ts';
import { turnPieces, type PromptPiece } from '../text/image-prompt.ts';
import { parsePlan, withoutMarkup } from '../text/plan.ts';
import { captionContent, questionContent } from '../text/task-prompts.ts';
import { requireTask } from './abilities.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { openPicture } from './picture-source.ts';
import { see } from './see.ts';
import { textPrompt, writeText, type WrittenText } from './write-text.ts';

/** The sampler's settings of a request. @throws LavidaError request.invalid */
function answerSettings(request: AskRequest | CaptionRequest): TextSamplerSettings {
  const { length, blockLength, stepRatio, temperature, remasking, parallel } = request;
  const settings = { length, blockLength, stepRatio, schedule: null, temperature, remasking, parallel };
  stepsPerBlock(settings);
  return settings;
}

/** A question. @throws LavidaError prompt.empty */
function checkedQuestion(text: string): string {
  const question = text.trim();
  if (question === '') throw new LavidaError('prompt.empty', 'The question is empty.');
  return question;
}

/** Boxes of a markup text, on the picture it is about. */
function boxesOn(markup: string, image: Size): LabelledBox[] {
  return parsePlan(markup).boxes.map(({ name, box }) => {
    return { name, box: [...binsToPixelBox(box as unknown as BinBox, image)] };
  });
}

/** Reads the picture, if any, and writes the answer of a request. */
async function* answerTo(
  request: AskRequest | CaptionRequest,
  turns: readonly PromptPiece[],
  image: RgbImage | null,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, WrittenText> {
  const settings = answerSettings(request);
  const pictures = image ? [yield* see(context, image, undefined, options.signal)] : [];
  yield { type: 'phase', phase: 'answer', detail: `${settings.length} tokens` };
  const task = {
    purpose: request.task === 'caption' ? ('caption' as const) : ('answer' as const),
    prompt: textPrompt(context.tokenizer, turns, request.promptForm),
    pictures,
    settings,
    prefixCache: request.prefixCache,
    seed: request.seed,
  };
  return yield* writeText(task, context, options);
}

/**
 * Answers a question, with or without a picture, after what was said before (PIPELINE §1.1). The picture stands in the
 * first turn. Yields its events up to `run.answer`; the caller adds `run.done`.
 * @throws LavidaError for a bad request or picture, AbortError between forwards when cancelled
 */
export async function* ask(
  request: AskRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number }> {
  const { tokenizer } = context;
  yield { type: 'phase', phase: 'prepare', detail: 'reading the question' };
  if (request.image) requireTask(context, 'ask');
  const question = checkedQuestion(request.prompt);
  answerSettings(request);
  const image = request.image && openPicture(request.image);
  const questions = [...request.history.map((turn) => checkedQuestion(turn.question)), question];
  const turns = questions.flatMap((text, i): PromptPiece[] => {
    const last = i === questions.length - 1;
    const content = questionContent(text, i === 0 && image !== null, last && request.reasoning);
    const asked = turnPieces(tokenizer, 'user', 'user', content);
    const answer = request.history[i]?.answer.trim() ?? '';
    if (last || answer === '') return asked;
    return [...asked, ...turnPieces(tokenizer, 'assistant', 'user', [{ kind: 'user', text: answer }])];
  });
  const { text, markup, forwards } = yield* answerTo(request, turns, image, context, options);
  yield { type: 'run.answer', text, boxes: image ? boxesOn(markup, image) : [] };
  return { forwards };
}

/**
 * A dense caption (PIPELINE §7): what is in the picture, in words and boxes in its pixels.
 * @throws LavidaError for a bad request or picture, AbortError between forwards when cancelled
 */
export async function* caption(
  request: CaptionRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number }> {
  yield { type: 'phase', phase: 'prepare', detail: 'reading the picture' };
  requireTask(context, 'caption');
  answerSettings(request);
  const image = openPicture(request.image);
  const turns = turnPieces(context.tokenizer, 'user', 'user', captionContent());
  const { markup, forwards } = yield* answerTo(request, turns, image, context, options);
  yield { type: 'run.answer', text: withoutMarkup(markup), boxes: boxesOn(markup, image) };
  return { forwards };
}
