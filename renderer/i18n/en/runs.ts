/** Texts about runs, the queue and results. */
export const runsTexts = {
  'run.generate': 'Generate',
  'run.generateMany': 'Generate {n}',
  'run.cancel': 'Cancel',
  'run.cancelling': 'Cancelling…',
  'run.queueMore': 'Add to the queue',
  'run.retry': 'Retry',
  'run.ofSteps': '{step} / {steps}',

  'failure.atStep': 'It happened at step {step}.',

  'phase.queue': 'Waiting',
  'phase.load': 'Loading the model',
  'phase.prepare': 'Preparing',
  'phase.unmask': 'Unmasking',
  'phase.decode': 'Decoding',
  'phase.save': 'Saving',

  'hud.tokens': '{n} % of tokens',
  'hud.left': '{time} left',
  'hud.cancelled': 'Cancelled',
  'hud.cancelled.at': 'after step {step} of {steps}, not saved',
  'hud.announce': 'Step {step} of {steps}.',
  'hud.finished': 'Finished.',

  'queue.title': 'Queue',
  'queue.label': 'Queue of runs',
  'queue.empty': 'Nothing is waiting.',
  'queue.cancelAll': 'Cancel all',
  'queue.seed': 'seed {seed}',

  'results.title': 'Results',
  'results.label': 'Results',
  'results.open': '{prompt}, seed {seed}',
  'results.running': 'Running: {prompt}',
  'results.queued': 'Waiting: {prompt}',
  'results.cancel': 'Cancel this run',
  'results.useSettings': 'Use these settings',
  'results.useSeed': 'Use this seed',
  'results.recalled': 'Prompt and settings recalled',
  'results.recalled.detail': 'Undo brings back what was there.',
  'results.seedRecalled': 'Seed {seed} recalled and locked',
  'results.problems': 'Unreadable files',
  'results.problems.text': 'They are left where they are in the output folder.',

  'caption.facts': 'seed {seed} · CFG {cfg}',

  'copy.picture': 'Picture copied',
  'copy.prompt': 'Prompt copied',
  'copy.refused': 'The clipboard could not be written',
  'copy.refused.detail': 'The browser refused it: click into the window and try again.',
} as const;
