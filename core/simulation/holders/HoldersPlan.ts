import type { Rng } from '../Rng.js';

/** What a device says that is not so, to those who fetch from it. */
export type Lie = 'bytes' | 'hashes' | 'both';

/** How lively the people of one run are, and what they have; drawn before it begins. Probabilities are of one person in one round. */
export interface HoldersPlan {
  /** Different folders that are shared. */
  readonly contents: number;
  /** Of one more device that has the same. */
  readonly alsoHeld: number;
  readonly itemsMax: number;
  /** Of a file that has several chunks. */
  readonly large: number;
  readonly send: number;
  readonly fetch: number;
  /** Of a fetch that is of some of the items only. */
  readonly some: number;
  readonly decline: number;
  readonly cancel: number;
  /** Of somebody who pauses something, or goes on with it. */
  readonly hold: number;
  readonly unshare: number;
  readonly share: number;
  /** Of a file that becomes another one, or is gone. */
  readonly change: number;
  /** Who lies, and how. */
  readonly liar?: { readonly name: string; readonly lie: Lie };
}

export const HOLDER_NAMES = ['pi', 'board', 'desk', 'shelf'] as const;
const LIES: readonly Lie[] = ['bytes', 'hashes', 'both'];

export function drawHolders(rng: Rng): HoldersPlan {
  return {
    contents: rng.between(1, 3),
    alsoHeld: rng.uniform(),
    itemsMax: rng.chance(0.1) ? 60 : rng.between(3, 15),
    large: rng.chance(0.5) ? rng.uniform() * 0.4 : 0.05,
    send: rng.chance(0.6) ? rng.uniform() * 0.3 : 0,
    fetch: 0.2 + rng.uniform() * 0.6,
    some: rng.uniform() * 0.4,
    decline: rng.uniform() * 0.2,
    cancel: rng.chance(0.3) ? 0.2 : 0,
    hold: rng.chance(0.3) ? 0.4 : 0,
    unshare: rng.chance(0.3) ? 0.15 : 0,
    share: rng.uniform() * 0.2,
    change: rng.chance(0.4) ? 0.2 : 0,
    ...drawLiar(rng),
  };
}

function drawLiar(rng: Rng): Pick<HoldersPlan, 'liar'> {
  const [name, lie] = [HOLDER_NAMES[rng.between(0, HOLDER_NAMES.length - 1)], LIES[rng.between(0, LIES.length - 1)]];
  return rng.chance(0.4) && name && lie ? { liar: { name, lie } } : {};
}
