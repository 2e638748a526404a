import { decode, encode } from '../../../electron/contract/codec.ts';
import { channels, type ChannelName } from '../../../electron/contract/index.ts';
import { LavidaError } from '../../../native/errors.ts';
import { hostMessageSchema } from '../../../native/host-protocol.ts';
import { EngineHost } from '../../../native/host.ts';
import { hostRequestSchema } from '../../../native/host-protocol.ts';
import { parseMessage } from '../../../native/serve/window-socket.ts';
import { dispatch, type Handlers } from '../../../native/studio/dispatch.ts';
import { EngineConnection } from '../../../native/supervisor/connection.ts';
import { createToyEngine } from '../../support/toy-engine.ts';
import type { Seeded } from '../../support/seeded.ts';
import { generatorOf } from '../from-schema.ts';
import { mutateJson, mutateText } from '../mutate-json.ts';
import { demand, type FuzzCase, type FuzzTarget } from '../target.ts';

const names = Object.keys(channels) as ChannelName[];
const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  '',
  'run.start ',
  'RUN.START',
  'run',
  'x'.repeat(64),
];

/** Handlers that say they were reached: what gets this far fits the contract. */
const reached = Object.fromEntries(
  names.map((name) => [
    name,
    () => {
      throw new LavidaError('run.unknown', 'reached');
    },
  ]),
) as unknown as Handlers;

/** A message of a random channel: one that fits its schema, or a damaged one. */
function messages(cloneable: boolean): (random: Seeded) => { channel: string; input: unknown } {
  const generators = new Map(names.map((name) => [name, generatorOf(channels[name].input)]));
  return (random) => {
    const channel = random.pick(names);
    const fitting = generators.get(channel)?.(random);
    const input = random.next() < 0.15 ? fitting : mutateJson(fitting, random, cloneable);
    return { channel: random.next() < 0.05 ? random.pick(oddNames) : channel, input };
  };
}

async function answer(channel: string, input: unknown): Promise<void> {
  const reply = await dispatch(reached, channel, input);
  demand(!reply.ok, 'a stub answered');
  const { code } = reply.error;
  demand(
    /^(request\.|prompt\.|run\.unknown)/u.test(code),
    `${channel} answers ${code}: ${reply.error.cause}`,
  );
  demand(!('polluted' in {}), 'Object.prototype was written to');
}

function ipc(): FuzzCase {
  const message = messages(true);
  return (random) => {
    const { channel, input } = message(random);
    return answer(channel, input);
  };
}

function socket(): FuzzCase {
  const message = messages(false);
  return async (random) => {
    const whole = { id: random.below(100), ...message(random) };
    let written: string | undefined;
    try {
      written = encode(random.next() < 0.3 ? mutateJson(whole, random) : whole) as string | undefined;
    } catch {
      // Too deep to be written; no browser could send it either.
      return;
    }
    // A message that became nothing has no text.
    if (written === undefined) return;
    const text = random.next() < 0.5 ? mutateText(written, random) : written;
    const parsed = parseMessage(text);
    if (!parsed) return;
    demand(Number.isInteger(parsed.id) && parsed.channel.length <= 64, 'a message beyond its limits');
    await answer(parsed.channel, parsed.input);
    const reply = { id: parsed.id, reply: { ok: true, value: new Uint16Array([1, 2]) } };
    demand(JSON.stringify(decode(encode(reply))) === JSON.stringify(reply), 'a reply changed on its way');
  };
}

/** Both ends of the engine's channel, fed by the other end gone wild. */
function enginePort(): FuzzCase {
  const toHost = generatorOf(hostRequestSchema);
  const toStudio = generatorOf(hostMessageSchema);
  let send: (message: unknown) => void = () => undefined;
  let killed = 0;
  new EngineConnection(
    {
      postMessage: () => undefined,
      onMessage: (listener) => (send = listener),
      onExit: () => undefined,
      onOutput: () => undefined,
      kill: () => killed++,
    },
    { message: () => undefined, runsChanged: () => undefined, exit: () => undefined },
  );
  let ask: (message: unknown) => void = () => undefined;
  const port = { postMessage: () => undefined, onMessage: (listener: typeof ask) => (ask = listener) };
  new EngineHost(port, { ...createToyEngine(), run: noRun as never }, () => undefined);
  console.error = () => undefined;
  return (random) => {
    const fitting = toStudio(random);
    send(random.next() < 0.2 ? fitting : mutateJson(fitting, random, true));
    const request = toHost(random);
    const damaged = random.next() < 0.2 ? request : mutateJson(request, random, true);
    // A message that closes the host would end the test.
    if ((damaged as { type?: unknown } | null)?.type !== 'close') ask(damaged);
  };
}

/** A run that fails before its first event. */
async function* noRun(): AsyncGenerator<never> {
  yield* [];
  await Promise.reject(new Error('not here'));
}

export const messageTargets: FuzzTarget[] = [
  { name: 'ipc', open: ipc },
  { name: 'websocket', open: socket },
  { name: 'engine-port', open: enginePort },
];
