import { SansfilError } from '../base/errors.js';
import type { PeerId } from '../base/ids.js';
import type { Decision, DirectoryAccount, DirectoryStore, RelatedAccount, Relation } from './store.js';

/** The directory's state in memory: for the simulation and for specs. Each method runs to its end at once. */
export class MemoryDirectoryStore implements DirectoryStore {
  readonly #accounts = new Map<string, DirectoryAccount>();
  readonly #owners = new Map<PeerId, string>();
  readonly #relations = new Map<string, Map<string, Relation>>();

  addAccount(account: DirectoryAccount): Promise<void> {
    if (this.#accounts.has(account.key)) return Promise.reject(new SansfilError('NAME_TAKEN'));
    if (account.devices.some(({ peer }) => this.#owners.has(peer))) return Promise.reject(new SansfilError('ALREADY_REGISTERED'));
    this.#accounts.set(account.key, account);
    for (const { peer } of account.devices) this.#owners.set(peer, account.key);
    return Promise.resolve();
  }

  accountByKey(key: string): Promise<DirectoryAccount | undefined> {
    return Promise.resolve(this.#accounts.get(key));
  }

  accountByPeer(peer: PeerId): Promise<DirectoryAccount | undefined> {
    return Promise.resolve(this.#accounts.get(this.#owners.get(peer) ?? ''));
  }

  relate(mine: string, other: string, decide: Decision): Promise<Relation> {
    try {
      const relation = decide(this.#of(mine).get(other), { mine: this.#open(mine), other: this.#open(other) });
      this.#of(mine).set(other, relation);
      this.#of(other).set(mine, relation);
      return Promise.resolve(relation);
    } catch (error) {
      return Promise.reject(SansfilError.from(error));
    }
  }

  related(key: string, after: string, limit: number): Promise<readonly RelatedAccount[]> {
    const rows = [...this.#of(key)].filter(([other]) => other > after).sort(([a], [b]) => (a < b ? -1 : 1));
    const related: RelatedAccount[] = [];
    for (const [other, relation] of rows.slice(0, limit)) {
      const account = this.#accounts.get(other);
      if (account) related.push({ account, relation });
    }
    return Promise.resolve(related);
  }

  friendTags(): Promise<readonly (readonly [string, string])[]> {
    const pairs: [string, string][] = [];
    for (const [key, others] of this.#relations) {
      for (const [other, { state }] of others) {
        if (state !== 'friends' || key > other) continue;
        for (const a of this.#accounts.get(key)?.devices ?? []) {
          for (const b of this.#accounts.get(other)?.devices ?? []) pairs.push([a.tag, b.tag]);
        }
      }
    }
    return Promise.resolve(pairs);
  }

  #of(key: string): Map<string, Relation> {
    const known = this.#relations.get(key);
    if (known) return known;
    const fresh = new Map<string, Relation>();
    this.#relations.set(key, fresh);
    return fresh;
  }

  #open(key: string): number {
    return [...this.#of(key).values()].filter(({ state }) => state !== 'removed').length;
  }
}
