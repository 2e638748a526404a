#!/usr/bin/env node
import { Command } from 'commander';
import { packageVersion } from '../library/paths.ts';
import { integer } from './arguments.ts';
import { registerAsk } from './ask.ts';
import { registerBranch } from './branch.ts';
import { registerCaption } from './caption.ts';
import { registerDoctor } from './doctor.ts';
import { registerEdit } from './edit.ts';
import { registerExport } from './export.ts';
import { registerGenerate } from './generate.ts';
import { registerGround } from './ground.ts';
import { registerModels } from './models.ts';
import { runServe, type ServeCommandOptions } from './serve.ts';

const program = new Command('lavida')
  .description('Make, edit and understand pictures with a unified masked-diffusion model, on this machine.')
  .version(packageVersion())
  .showHelpAfterError('(lavida COMMAND --help lists the options)');

registerGenerate(program);
registerEdit(program);
registerAsk(program);
registerGround(program);
registerCaption(program);
registerBranch(program);
registerExport(program);
registerModels(program);
registerDoctor(program);

program
  .command('serve')
  .summary('serve the studio to a browser on this machine')
  .description('Serves the studio on the loopback address and prints the URL to open. Ctrl-C ends it.')
  .option(
    '-m, --model <model>',
    'model folder, or a name of `models list` (default: the nano model that comes with the program)',
  )
  .option('--outputs <dir>', 'folder for finished pictures')
  .option('--port <n>', 'port to listen on', integer)
  .option('--host <address>', 'address to listen on; anything but loopback also needs --allow-remote')
  .option('--allow-remote', 'let other machines reach the studio: whoever has the URL can use it')
  .option('--backend <name>', 'auto, cpu, webgpu, cuda, …')
  .option('--threads <n>', 'processor threads (default: all)', integer)
  .action(async (options: ServeCommandOptions) => {
    process.exitCode = await runServe(options);
  });

await program.parseAsync();
