import { z } from 'zod';

/**
 * The closed catalogue of errors a user can meet. Every entry says what to do next; the sentence and the cause are
 * filled in where the error arises.
 */
export const errorCatalogue = {
  'prompt.empty': { action: 'Say in a few words what you want, then try again.' },
  'prompt.too-long': { action: 'Shorten the prompt to the limit shown beside it.' },
  'request.invalid': { action: 'Correct the setting named above and try again.' },
  'request.steps': { action: 'Choose a number of steps between 1 and the number of image tokens.' },
  'model.missing': {
    action: 'Choose a folder that holds config.json, tokenizer.json and the safetensors files.',
  },
  'model.config': { action: 'Download the model again, or choose another model folder.' },
  'model.corrupt': { action: 'Download the damaged file again; the other files can stay.' },
  'model.shape': { action: 'Use the config.json that came with these weights.' },
  'model.incomplete': { action: 'Add the missing file, or choose a model that can do this task.' },
  'model.untrained': {
    action: 'Choose a task this model was trained for, or load a model that learnt this one.',
  },
  'model.tokenizer': { action: 'Put the tokenizer files that belong to this model into its folder.' },
  'model.other': { action: 'Load the model this picture was made with, then try again.' },
  'model.numerics': {
    action: 'Try another seed or a lower guidance; if it happens again, run on the CPU backend.',
  },
  'licence.needed': { action: 'Read the licence, accept it, then start the download.' },
  'download.network': {
    action: 'Check the connection, and the proxy in the settings, then resume: what has arrived is kept.',
  },
  'download.refused': {
    action: 'Accept the terms on the model’s page if it asks for that, enter an access token, then resume.',
  },
  'download.missing': { action: 'Check the mirror in the settings, or wait for a newer catalogue.' },
  'download.busy': { action: 'Wait a while, then resume: what has arrived is kept.' },
  'download.changed': { action: 'Cancel this download and start it again to get the files as they are now.' },
  'download.corrupt': {
    action: 'Resume to fetch the file once more; if it happens again, use another mirror or connection.',
  },
  'download.insecure': { action: 'Use an https address, or correct the proxy in the settings.' },
  'store.unknown': { action: 'Look at the list of models for its name.' },
  'store.busy': { action: 'Wait until that is done, or cancel it first.' },
  'store.in-use': { action: 'Choose another model first, then try again.' },
  'store.exists': { action: 'Remove the model of that name first, or give the folder another name.' },
  'store.no-source': { action: 'Import or convert the model again, then remove the damaged one.' },
  'store.folder': { action: 'Choose another folder, outside this one.' },
  'store.no-bin': { action: 'Delete the folder with your file manager.' },
  'engine.died': { action: 'Press Retry. If it dies again, close other programs to free memory.' },
  'engine.memory': {
    action: 'Choose what needs less, as told in the details, or close other programs; then press Retry.',
  },
  'memory.short': {
    action: 'Choose what needs less, as told in the details, raise the memory limit, or run it anyway.',
  },
  'engine.start': { action: 'Press Restart engine; if it fails again, look at the log.' },
  'engine.backend': { action: 'Choose the CPU backend.' },
  'output.unwritable': { action: 'Choose another output folder, or give this one write permission.' },
  'output.full': { action: 'Free some disk space, then press Retry.' },
  'output.gone': {
    action:
      'Connect its disk again or make the folder, or choose another output folder in the settings; then press Retry.',
  },
  'library.busy': {
    action: 'Use the studio that is open, or close it first; LAVIDA_HOME names another library.',
  },
  'file.missing': { action: 'Check the path and try again.' },
  'file.invalid': { action: 'Choose another file.' },
  'file.unreadable': {
    action: 'Give the file read permission or check its disk, then try again: nothing is written over it.',
  },
  'file.changed': { action: 'Wait until nothing else writes to it, then try again.' },
  'file.damaged': {
    action: 'Bring it back from a backup, or delete it with your file manager: nothing here deletes it.',
  },
  'region.outside': {
    action:
      'Draw the region inside the picture, put a frame around it, or fit the whole picture with margins (pad).',
  },
  'frame.outside': {
    action:
      'Fit the frame to what may change, or leave the frame out: then the model sees the whole picture.',
  },
  'region.size': { action: 'Use a mask with as many pixels as the picture.' },
  'project.exists': { action: 'Choose another name, or let it be replaced.' },
  'board.exists': { action: 'Choose another name, or use the board that is there.' },
  'run.unknown': { action: 'Refresh the gallery: the picture may have been moved or deleted.' },
  'connection.lost': { action: 'Check that the studio still runs; this window connects again by itself.' },
  internal: { action: 'Try again; if it happens again, report it with the diagnostics.' },
} as const satisfies Record<string, { action: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

const codes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/** An error as it crosses a process border: a sentence, its cause, and the way out. */
export const studioErrorSchema = z.object({
  code: z.enum(codes),
  /** One sentence that says what went wrong. */
  message: z.string(),
  /** Why, in technical words; may be empty. */
  cause: z.string(),
  /** What the user can do about it. */
  action: z.string(),
});
export type StudioError = z.infer<typeof studioErrorSchema>;
