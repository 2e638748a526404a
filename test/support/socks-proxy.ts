import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a client asked of the proxy. */
export interface SocksCall {
  name: string | null;
  password: string | null;
  target: string;
}

/** A small SOCKS 5 proxy (RFC 1928, 1929) that leads every name to one local port. */
export class SocksProxy {
  readonly calls: SocksCall[] = [];
  port = 0;
  /** The answer to a request: 0 lets it through, 2 is "not allowed by the ruleset". */
  reply = 0;
  readonly #server = createServer((socket) => {
    socket.on('error', () => undefined);
    void this.#serve(socket).catch(() => socket.destroy());
  });
  readonly #leadsTo: number;

  constructor(leadsTo: number) {
    this.#leadsTo = leadsTo;
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  close(): void {
    this.#server.close();
  }

  async #serve(socket: Socket): Promise<void> {
    let unread: Buffer = Buffer.alloc(0);
    const take = async (bytes: number): Promise<Buffer> => {
      while (unread.length < bytes) {
        const [more] = (await once(socket, 'data')) as [Buffer];
        unread = Buffer.concat([unread, more]);
      }
      const taken = unread.subarray(0, bytes);
      unread = unread.subarray(bytes);
      return taken;
    };
    const takeText = async (): Promise<string> => (await take((await take(1))[0] ?? 0)).toString();
    const methods = await take((await take(2))[1] ?? 0);
    const call: SocksCall = { name: null, password: null, target: '' };
    const asksPassword = methods.includes(2);
    socket.write(Buffer.from([5, asksPassword ? 2 : 0]));
    if (asksPassword) {
      await take(1);
      call.name = await takeText();
      call.password = await takeText();
      socket.write(Buffer.from([1, 0]));
    }
    // Version, command, reserved, kind of address: 3 is a name, which is not looked up on the client's side.
    const [, , , kind] = await take(4);
    call.target = kind === 3 ? await takeText() : `address ${(await take(4)).join('.')}`;
    call.target += `:${String((await take(2)).readUInt16BE())}`;
    this.calls.push(call);
    const answer = Buffer.from([5, this.reply, 0, 1, 0, 0, 0, 0, 0, 0]);
    if (this.reply !== 0) {
      socket.end(answer);
      return;
    }
    const onward = connect(this.#leadsTo, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    await once(onward, 'connect');
    socket.write(answer);
    if (unread.length > 0) onward.write(unread);
    socket.pipe(onward).pipe(socket);
  }
}
