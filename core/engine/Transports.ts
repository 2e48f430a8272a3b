import { Disposables } from '../base/disposables.js';
import { SansfilError } from '../base/errors.js';
import type { Link, Transport } from '../ports/transport.js';
import { tapLink, type Tap } from './session/tapLink.js';

/** The transports of a device, chosen by the scheme of an address. */
export class Transports {
  #listenings = new Disposables();
  #bound: { readonly transport: Transport; readonly address: string }[] = [];

  constructor(
    private readonly transports: readonly Transport[],
    private readonly tap?: Tap,
  ) {}

  /** @throws SansfilError LINK_FAILED | ADDRESS_INVALID */
  async dial(address: string, signal: AbortSignal): Promise<Link> {
    const { transport, rest } = this.#find(address);
    return this.#tapped(await transport.dial(rest, { signal }));
  }

  /**
   * Listens on all of them or on none.
   * @returns the `scheme://address` list under which others may reach us
   * @throws SansfilError PORT_IN_USE | ADDRESS_INVALID | LINK_FAILED
   */
  async listen(addresses: readonly string[], onLink: (link: Link) => void): Promise<readonly string[]> {
    try {
      for (const address of addresses) {
        const { transport, rest } = this.#find(address);
        const listening = await transport.listen(rest, (link) => onLink(this.#tapped(link)));
        this.#listenings.defer(async () => {
          await listening[Symbol.asyncDispose]();
        });
        this.#bound.push({ transport, address: listening.address });
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    return this.reachable();
  }

  /** Where others may reach what listens, as the interfaces stand now. */
  reachable(): readonly string[] {
    return this.#bound.flatMap(({ transport, address }) => (transport.reachableAt?.(address) ?? [address]).map((where) => `${transport.scheme}://${where}`));
  }

  /** Whether `reachable` may ever say something else. */
  get mayMove(): boolean {
    return this.#bound.some(({ transport }) => transport.reachableAt !== undefined);
  }

  /** Nobody can call any more; the links there are go on. */
  async close(): Promise<void> {
    const listenings = this.#listenings;
    this.#listenings = new Disposables();
    this.#bound = [];
    await listenings[Symbol.asyncDispose]();
  }

  #find(address: string): { readonly transport: Transport; readonly rest: string } {
    const at = address.indexOf('://');
    const scheme = address.slice(0, Math.max(at, 0));
    const transport = this.transports.find((one) => one.scheme === scheme);
    if (at < 1 || !transport) throw new SansfilError('ADDRESS_INVALID', `no transport for '${address.slice(0, 80)}'`);
    return { transport, rest: address.slice(at + 3) };
  }

  #tapped(link: Link): Link {
    return this.tap ? tapLink(link, this.tap) : link;
  }
}
