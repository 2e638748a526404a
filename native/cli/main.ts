#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { orderNames, scheduleNames } from '../../electron/contract/request.ts';
import { packageVersion } from '../library/paths.ts';
import { generate, type GenerateOptions } from './generate.ts';
import { runServe, type ServeCommandOptions } from './serve.ts';

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function integer(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

const program = new Command('lavida')
  .description('Make, edit and understand pictures with a unified masked-diffusion model, on this machine.')
  .version(packageVersion())
  .showHelpAfterError('(lavida COMMAND --help lists the options)');

program
  .command('generate')
  .summary('make a picture from a prompt')
  .description('Makes a picture from a prompt. The same command gives the same file, byte for byte.')
  .argument('[prompt]', 'what the picture shows; may be left out with --request')
  .requiredOption('-o, --out <file>', 'the PNG to write')
  .option('-m, --model <dir>', 'model folder (default: the nano model that comes with the program)')
  .option('--seed <n>', 'random seed', integer, 42)
  .option('--steps <n>', 'number of steps', integer)
  .option('--guidance <w>', 'guidance scale w; 0 turns guidance off (the usual CFG scale is 1 + w)', number)
  .option('--temperature <t>', 'sampling temperature', number)
  .addOption(
    new Option('--order <name>', 'order of revealing').choices(
      orderNames.filter((name) => name !== 'explicit'),
    ),
  )
  .addOption(new Option('--schedule <name>', 'shape of the reveal schedule').choices(scheduleNames))
  .option('--shift <s>', 'shift of the reveal schedule', number)
  .option('--top-k <k>', 'sample among the k most probable codes only; 0 = all', integer)
  .option('--top-p <p>', 'sample among the most probable codes of total probability p only; 1 = all', number)
  .option('--argmax', 'take the most probable code everywhere instead of sampling')
  .option('--request <file>', 'a JSON GenerationRequest to start from; options typed here win')
  .option('--trace <file>', 'also write every step to this file (safetensors)')
  .option('--backend <name>', 'cpu, webgpu, cuda, …', 'cpu')
  .option('--threads <n>', 'processor threads (default: all)', integer)
  .option('--json', 'print one JSON event a line on standard output')
  .addHelpText('after', '\nExample:\n  lavida generate "a photo of a red car" --out car.png')
  .action(async (prompt: string | undefined, options: GenerateOptions) => {
    process.exitCode = await generate(prompt, options);
  });

program
  .command('serve')
  .summary('serve the studio to a browser on this machine')
  .description('Serves the studio on the loopback address and prints the URL to open. Ctrl-C ends it.')
  .option('-m, --model <dir>', 'model folder (default: the nano model that comes with the program)')
  .option('--outputs <dir>', 'folder for finished pictures')
  .option('--port <n>', 'port to listen on', integer)
  .option('--host <address>', 'address to listen on; anything but loopback also needs --allow-remote')
  .option('--allow-remote', 'let other machines reach the studio: whoever has the URL can use it')
  .option('--backend <name>', 'cpu, webgpu, cuda, …')
  .option('--threads <n>', 'processor threads (default: all)', integer)
  .action(async (options: ServeCommandOptions) => {
    process.exitCode = await runServe(options);
  });

await program.parseAsync();
