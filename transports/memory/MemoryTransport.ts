import { SansfilError, type Link, type Listening, type Transport } from '../../core/index.js';
import type { Network } from '../../core/testing.js';

const ADDRESS = /^([a-z][\w-]*)?:(\d{1,5})$/;

/** Links over a simulated network, as one of its hosts sees it. Addresses are `host:port`; `:0` listens on a free port of its own. */
export class MemoryTransport implements Transport {
  readonly scheme = 'memory';

  constructor(
    private readonly network: Network,
    private readonly host: string,
  ) {}

  async dial(address: string, { signal }: { readonly signal: AbortSignal }): Promise<Link> {
    const { host, port } = parse(address);
    if (host === undefined || port === 0) throw new SansfilError('ADDRESS_INVALID', `'${address}' cannot be dialled`);
    return this.network.dial(this.host, `${host}:${port}`, signal);
  }

  listen(address: string, onLink: (link: Link) => void): Promise<Listening> {
    return new Promise((resolve) => {
      const { host = this.host, port } = parse(address);
      if (host !== this.host) throw new SansfilError('ADDRESS_INVALID', `'${address}' is not an address of ${this.host}`);
      const real = `${host}:${port === 0 ? this.#freePort() : port}`;
      const end = this.network.listen(real, onLink);
      resolve({
        address: real,
        [Symbol.asyncDispose]: () => {
          end();
          return Promise.resolve();
        },
      });
    });
  }

  #freePort(): number {
    let port = 1;
    while (this.network.isTaken(`${this.host}:${port}`)) port++;
    return port;
  }
}

/** @throws SansfilError ADDRESS_INVALID */
function parse(address: string): { readonly host?: string; readonly port: number } {
  const [whole, host, port] = ADDRESS.exec(address) ?? [];
  if (whole === undefined) throw new SansfilError('ADDRESS_INVALID', `'${address.slice(0, 80)}' is not host:port`);
  return { port: Number(port), ...(host === undefined ? {} : { host }) };
}
