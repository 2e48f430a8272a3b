import { toHex } from '../../base/bytes.js';
import type { TransferId } from '../../base/ids.js';
import { isOver } from '../../ports/stores.js';
import type { TransferRecord } from '../../ports/stores.js';
import type { Primitives } from '../../ports/primitives.js';
import { CONTENT_ROOT_BYTES, splitRoots } from '../../protocol/contentRoot.js';
import { decodeManifest, FOLDER_MODE } from '../../protocol/manifest.js';
import type { SimulatedDevice } from '../SimulatedDevice.js';
import { rootOf } from './Folders.js';

/** Root of each item of a fetch, hexadecimal; undefined of a transfer that is none. */
export function rootsOf({ roots }: TransferRecord): readonly string[] | undefined {
  return roots && splitRoots(roots, roots.length / CONTENT_ROOT_BYTES).map(toHex);
}

/** What is really to be had, whatever engines say of it: the bytes in the folders that honest devices share. */
export class Supply {
  readonly #roots = new WeakMap<Uint8Array, string>();

  constructor(
    private readonly primitives: Pick<Primitives, 'hash'>,
    private readonly devices: () => readonly SimulatedDevice[],
    private readonly liar: string | undefined,
  ) {}

  rootOf(bytes: Uint8Array): string {
    const known = this.#roots.get(bytes) ?? rootOf(this.primitives, bytes);
    this.#roots.set(bytes, known);
    return known;
  }

  /** Fetches under way of that device. */
  open({ committed }: SimulatedDevice): readonly TransferRecord[] {
    return committed.transfers.all().filter(({ state, roots }) => roots !== undefined && !isOver(state));
  }

  /** Those of them something of which no friend shares; `trusting`: who lies is one, too. */
  inVain(device: SimulatedDevice, trusting: boolean): readonly TransferId[] {
    const open = this.open(device);
    if (open.length === 0) return [];
    const there = new Set(this.devices().flatMap((friend) => (friend === device || (friend.name === this.liar && !trusting) ? [] : this.#sharedBy(friend))));
    return open.filter((record) => this.#missing(record).some((root) => !there.has(root))).map(({ id }) => id);
  }

  /** Items without a byte need nobody, nor do those that are here. */
  #missing(record: TransferRecord): readonly string[] {
    const { items } = decodeManifest(record.manifest);
    return (rootsOf(record) ?? []).filter((_, item) => (items[item]?.bytes ?? 0) > 0 && (record.paths[item] ?? '') === '');
  }

  #sharedBy({ committed, source }: SimulatedDevice): readonly string[] {
    const paths = committed.shares.all().map(({ path }) => `${path}/`);
    return [...source.files].flatMap(([path, { bytes, mode }]) =>
      mode < FOLDER_MODE && paths.some((folder) => path.startsWith(folder)) ? [this.rootOf(bytes)] : [],
    );
  }
}
