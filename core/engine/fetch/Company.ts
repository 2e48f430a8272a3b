import type { PeerId } from '../../base/ids.js';
import { FETCH_COMPANY_MAX } from '../../base/limits.js';
import type { Random } from '../../ports/random.js';
import type { Sessions } from '../contracts.js';

const REASON = 'fetch';

export interface CompanyParts {
  readonly sessions: Pick<Sessions, 'want' | 'unwant'>;
  readonly random: Pick<Random, 'uniform'>;
  /** Friends who say that they are there. */
  readonly present: () => readonly PeerId[];
}

/** Sessions with friends who are there while something is fetched: whoever has it can serve, not only the one who was asked. */
export class Company {
  readonly #called = new Set<PeerId>();

  constructor(private readonly parts: CompanyParts) {}

  /** Something began or ceased to be fetched, or somebody came or went. */
  look(isFetching: boolean): void {
    const { sessions, random, present } = this.parts;
    const others = new Set(isFetching ? present() : []);
    for (const peer of [...this.#called]) {
      if (others.delete(peer)) continue;
      this.#called.delete(peer);
      sessions.unwant(peer, REASON);
    }
    const free = FETCH_COMPANY_MAX - this.#called.size;
    for (const peer of some([...others], free, random)) {
      this.#called.add(peer);
      sessions.want(peer, REASON);
    }
  }
}

/** All of them when there are no more than `count`; otherwise that many in a row from anywhere on. */
function some<T>(all: readonly T[], count: number, random: Pick<Random, 'uniform'>): readonly T[] {
  if (all.length <= count) return all;
  const from = Math.floor(random.uniform() * all.length);
  return [...all.slice(from), ...all.slice(0, from)].slice(0, count);
}
