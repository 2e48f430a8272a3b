import type { PeerId } from '../../base/ids.js';
import { CHUNK_CORRUPT_MAX } from '../../base/limits.js';
import { isOver } from '../../ports/stores.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import { decodeManifest, isFolder, type ManifestItem } from '../../protocol/manifest.js';
import type { TransferRecord } from '../../ports/stores.js';
import { keyOf, type CheckedDevice, type Finding, type Findings, type Guest, type Roster } from './Checker.js';

export interface HolderRules {
  /** Who lies; everybody else must be believed. */
  readonly liar: string | undefined;
  /** Of chunks on their way, in memory of one device. */
  readonly bufferBytesMax: number;
  /** Root of these bytes, hexadecimal. */
  readonly rootOf: (bytes: Uint8Array) => string;
  /** Of each item of a fetch, hexadecimal; undefined of a transfer that is none. */
  readonly rootsOf: (record: TransferRecord) => readonly string[] | undefined;
}

/**
 * What was fetched or sent with many items is what it should be, item for item; nobody honest is blamed, and no liar borne
 * with; memory is bounded.
 */
export class HolderChecker implements Guest {
  /** How many sessions damaged chunks ended in the life of a device, by whom they came from. */
  readonly #damaged = new Map<string, number>();

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
    private readonly rules: HolderRules,
  ) {}

  fact(device: CheckedDevice, fact: DomainEvent): void {
    if (fact.type === 'node.started') for (const { id } of this.roster.all) this.#damaged.delete(keyOf(device, id));
    if (fact.type === 'session.closed' && fact.code === 'CHUNK_CORRUPT') this.#corrupt(device, fact.peer);
    if (fact.type === 'transfer.holderDropped') this.#dropped(device, fact.peer, fact.code);
    if (fact.type === 'transfer.completed' && fact.direction === 'in') {
      const record = device.committed.transfers.get(fact.id);
      if (record) for (const wrong of this.#wrong(device, { ...record, paths: fact.paths })) this.findings.add(wrong);
    }
    if (fact.type === 'transfer.ended' && fact.state === 'failed' && device.committed.transfers.get(fact.id)?.roots) {
      this.findings.add(`${device.name} gave up fetch ${fact.id}: ${fact.code ?? 'no reason'}`);
    }
  }

  step(): void {
    for (const { name, bufferBytes = 0 } of this.roster.all) {
      if (bufferBytes > this.rules.bufferBytesMax) this.findings.add(`${name} holds ${bufferBytes} bytes of chunks in memory`);
    }
  }

  atRest(): readonly Finding[] {
    return this.roster.all.flatMap((device) => {
      const all = device.committed.transfers.all();
      const over = all.filter(({ state, direction }) => state === 'done' && direction === 'in').flatMap((record) => this.#wrong(device, record));
      const { name, bufferBytes = 0 } = device;
      if (bufferBytes === 0 || all.some(({ state }) => !isOver(state))) return over;
      return [...over, `${name} has nothing under way and keeps ${bufferBytes} bytes of buffers`];
    });
  }

  #corrupt(device: CheckedDevice, peer: PeerId): void {
    const key = keyOf(device, peer);
    const times = (this.#damaged.get(key) ?? 0) + 1;
    this.#damaged.set(key, times);
    const incoming = device.committed.transfers.all().filter(({ direction }) => direction === 'in').length;
    if (times > CHUNK_CORRUPT_MAX * incoming)
      this.findings.add(`${device.name} takes damaged chunks from ${this.roster.of(peer)?.name ?? peer} again and again`);
  }

  #dropped({ name }: CheckedDevice, peer: PeerId, code: string): void {
    const holder = this.roster.of(peer);
    if (holder?.name !== this.rules.liar) this.findings.add(`${name} says that ${holder?.name ?? peer} lied, who did not: ${code}`);
  }

  #wrong(device: CheckedDevice, record: TransferRecord): readonly Finding[] {
    const { id, paths, manifest } = record;
    const roots = this.rules.rootsOf(record);
    const { items } = decodeManifest(manifest);
    const places = new Set(paths);
    if (paths.length !== items.length || places.size !== paths.length)
      return [`transfer ${id} of ${device.name} has ${items.length} items and ${places.size} places`];
    return items.flatMap((item, at) => {
      const path = paths[at] ?? '';
      return this.#isRight(device, path, item, roots?.[at]) ? [] : [`item '${item.name}' of transfer ${id} is not what ${device.name} holds as '${path}'`];
    });
  }

  #isRight({ received, folders }: CheckedDevice, path: string, item: ManifestItem, root: string | undefined): boolean {
    if (isFolder(item)) return folders.has(path);
    const file = received.get(path);
    if (file?.bytes.length !== item.bytes || file.modifiedMs !== item.modifiedMs) return false;
    return root === undefined || this.rules.rootOf(file.bytes) === root;
  }
}
