import type { FitTask } from '../../electron/contract/hardware.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';

/** What a request makes a model do, as far as memory goes. */
export interface EstimateWork {
  /** Unmasks codes and decodes them. */
  paints: boolean;
  /** Encodes a picture into codes and keeps them beside the canvas. */
  edits: boolean;
  /** Looks at pictures. */
  sees: boolean;
  /** Writes text step by step with the prompt's keys and values kept. */
  writes: boolean;
  /** Computes a prompt with its gaps in one pass, as grounding does. */
  reads: boolean;
  /** Tokens of the longest text it writes, and of one block of it, whose logits are computed together. */
  answer: { length: number; block: number };
  /** Guidance rows of a step. */
  rows: number;
  /** Side of the pictures the model makes, in pixels. */
  imageSize: number;
}

/** Rows of a layout or an answer where nobody says how long. */
const usualAnswer = { length: 128, block: 128 };
const nothing = {
  paints: false,
  edits: false,
  sees: false,
  writes: false,
  reads: false,
  answer: usualAnswer,
  rows: 1,
};

/** A task as it is done with usual settings. */
export function workOf(task: FitTask, imageSize: number): EstimateWork {
  switch (task) {
    case 'text-to-image':
      return { ...nothing, paints: true, rows: 2, imageSize };
    case 'edit':
      return { ...nothing, paints: true, edits: true, sees: true, rows: 3, imageSize };
    case 'ask':
      return { ...nothing, sees: true, writes: true, imageSize };
    case 'ground':
      return { ...nothing, sees: true, reads: true, imageSize };
    case 'plan':
      return { ...nothing, writes: true, imageSize };
  }
}

/** What a request asks for, with its extras. */
export function workOfRequest(request: GenerationRequest, imageSize: number): EstimateWork {
  switch (request.task) {
    case 'text-to-image': {
      const reflects = request.reflection !== undefined;
      return {
        ...workOf('text-to-image', imageSize),
        rows: request.guidanceScale > 0 ? 2 : 1,
        writes: reflects || request.plan?.mode === 'auto',
        sees: reflects,
      };
    }
    case 'edit': {
      const guided = [request.guidanceScale > 0, request.imageGuidanceScale > 0];
      const rows = 1 + guided.filter(Boolean).length;
      return { ...workOf('edit', imageSize), rows, writes: request.plan?.mode === 'auto' };
    }
    case 'ask':
    case 'caption': {
      const answer = { length: request.length, block: Math.min(request.length, request.blockLength) };
      return { ...workOf('ask', imageSize), answer, sees: request.image !== null };
    }
    case 'ground':
      return workOf('ground', imageSize);
    case 'plan':
      return workOf('plan', imageSize);
  }
}
