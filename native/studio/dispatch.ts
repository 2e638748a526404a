import type { z } from 'zod';
import {
  channels,
  type ChannelInput,
  type ChannelName,
  type ChannelOutput,
  type Reply,
} from '../../electron/contract/index.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { deepest } from '../parse-json.ts';

/** One function a channel. */
export type Handlers = {
  [C in ChannelName]: (input: ChannelInput<C>) => ChannelOutput<C> | Promise<ChannelOutput<C>>;
};

/**
 * Answers one call from a window: unknown channels and inputs that do not fit are refused, outputs are checked before
 * they leave, and errors become values of the catalogue.
 */
export async function dispatch(handlers: Handlers, channel: string, input: unknown): Promise<Reply<unknown>> {
  try {
    if (!isChannel(channel))
      throw new LavidaError('request.invalid', 'The studio has no such function.', channel.slice(0, 64));
    return { ok: true, value: await call(handlers, channel, input) };
  } catch (error) {
    if (!(error instanceof LavidaError)) console.error(error);
    return { ok: false, error: toStudioError(error) };
  }
}

/** Whether objects and arrays of a value lie more than so many deep in each other; what holds itself does. */
function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return depth === 0 || Object.values(value).some((part) => isDeeper(part, depth - 1));
}

function isChannel(name: string): name is ChannelName {
  return Object.hasOwn(channels, name);
}

async function call<C extends ChannelName>(handlers: Handlers, channel: C, input: unknown): Promise<unknown> {
  // Schemas follow the nesting of a value, which only the stack limits, and keep what they had begun when it ends.
  if (isDeeper(input, deepest))
    throw new LavidaError(
      'request.invalid',
      'What was sent is nested too deeply.',
      `more than ${deepest} deep`,
    );
  const parsed = channels[channel].input.safeParse(input);
  if (!parsed.success) throw invalidInput(parsed.error);
  const output: unknown = await handlers[channel](parsed.data as ChannelInput<C>);
  const checked = channels[channel].output.safeParse(output);
  if (!checked.success) {
    throw new LavidaError('internal', `The studio gave a wrong answer to ${channel}.`, checked.error.message);
  }
  return checked.data;
}

/** Names the setting at fault, in the words of the request. */
function invalidInput(error: z.ZodError): LavidaError {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map(String).filter((part) => part !== 'request');
  const reason = issue?.message ?? '';
  if (path[0] === 'steps')
    return new LavidaError('request.steps', 'This number of steps is not possible.', reason);
  if (path[0] === 'prompt' && issue?.code === 'too_big') {
    return new LavidaError('prompt.too-long', 'The prompt is too long.', reason);
  }
  const name = path.join('.');
  const sentence = name ? `The setting "${name}" is not valid.` : 'The request is not valid.';
  return new LavidaError('request.invalid', sentence, reason);
}
