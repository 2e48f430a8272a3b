import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeHandshakeError, FRAME_2_BYTES, FRAME_3_BYTES, handshakeFrameKind } from '../../core/protocol/handshakeFrames.js';
import { turn } from '../support/sessionWorld.js';
import { Besieged } from './Besieged.js';
import type { HandLink } from './HandLink.js';
import { asFrame, mutate, mutation, pick, random, type Mutation } from './mutations.js';
import { runs } from './seed.js';

/** Of the frames in between which the friend is heard. */
const FRIEND_EVERY = 100;
const TIME_MS = 600_000;

/** A connection in the state that is tried. */
export interface Scene {
  readonly link: HandLink;
  /** What the other end would say next, and what it said already; made when it is asked for, since it takes long. */
  readonly valid: () => Promise<readonly Uint8Array[]>;
  /** Whether the protocol lets the connection go on after that frame; the default is that it ends. */
  readonly goesOn?: (frame: Uint8Array) => boolean;
}

export type Arrive = (besieged: Besieged) => Promise<Scene>;

/** Undefined when it is refused. */
export function reads<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** Heard and passed over [P-3.4]. */
export const isHint = (frame: Uint8Array): boolean => handshakeFrameKind(frame) === 'error' && reads(() => decodeHandshakeError(frame)) !== undefined;

/** Damaged; or whole, but of another connection. */
type Foreign = Mutation | { readonly replayed: number };
const foreign: fc.Arbitrary<Foreign> = fc.oneof({ weight: 8, arbitrary: mutation }, { weight: 1, arbitrary: fc.record({ replayed: fc.nat(30) }) });

const shapeless = fc
  .tuple(fc.constantFrom(undefined, 0, 1), random([FRAME_2_BYTES, FRAME_3_BYTES, 145, 17]))
  .map(([kind, bytes]) => (kind === undefined || bytes.length === 0 ? bytes : Uint8Array.of(kind, ...bytes.subarray(1, 2_000))));

type Make = (scene: Scene) => Uint8Array | Promise<Uint8Array>;

/** One registry, one state, `count` random and `count` damaged frames, each on a connection of its own. */
export function tryFrames(name: string, arrive: Arrive, count: number): void {
  describe(name, () => {
    let besieged: Besieged;
    /** Frames of two connections before, valid there. */
    let archive: readonly Uint8Array[] = [];
    let tried = 0;
    let baseline = { timers: 0, actors: 0 };
    const counts = (): typeof baseline => ({ timers: besieged.clock.pending, actors: besieged.census.count });

    async function begin(): Promise<void> {
      besieged = new Besieged();
      await besieged.friendGoesOn();
      baseline = counts();
    }

    beforeAll(async () => {
      for (let i = 0; i < 2; i++) {
        besieged = new Besieged();
        archive = [...archive, ...(await (await arrive(besieged)).valid())];
        await besieged.end();
      }
      await begin();
    });

    /** What comes after a failure is tried on a registry that did not fail, or no counterexample would shrink. */
    async function tryAnew(make: Make): Promise<void> {
      try {
        await tryFrame(make);
      } catch (error) {
        besieged.abandon();
        await begin();
        throw error;
      }
    }

    /** The connection ends, or goes on as the protocol says, and nothing else happens. */
    async function tryFrame(make: Make): Promise<void> {
      const scene = await arrive(besieged);
      const { link, goesOn } = scene;
      const frame = asFrame(await make(scene));
      if (link.closed) throw new Error('the connection ended before');
      link.deliver(frame);
      await turn();
      if (goesOn?.(frame)) {
        if (link.closed) throw new Error('the connection ended, and need not');
        link.hangUp();
        await turn();
      }
      besieged.mustHaveOnlyEnded(link);
      if (++tried % FRIEND_EVERY === 0) await besieged.friendGoesOn();
    }

    test(
      `ends, or goes on as the protocol says, on each of ${count} random frames`,
      async () => {
        await fc.assert(
          fc.asyncProperty(shapeless, (frame) => tryAnew(() => frame)),
          runs(count),
        );
      },
      TIME_MS,
    );

    test(
      `ends, or goes on as the protocol says, on each of ${count} damaged or replayed frames`,
      async () => {
        const frameOf = async (how: Foreign, { valid }: Scene): Promise<Uint8Array> =>
          'replayed' in how ? pick(archive, how.replayed) : mutate(how, [...(await valid()), ...archive]);
        await fc.assert(
          fc.asyncProperty(foreign, (how) => tryAnew((scene) => frameOf(how, scene))),
          runs(count),
        );
      },
      TIME_MS,
    );

    afterAll(async () => {
      // An honest handshake succeeds on the same registry, and afterwards nothing is left of all that came before.
      const { link } = await besieged.open(await besieged.shakenHands());
      expect([besieged.sessions, link.closed]).toEqual([1, false]);
      await besieged.friendGoesOn();
      link.hangUp();
      besieged.giveUp();
      await turn();
      expect(counts()).toEqual(baseline);
      await besieged.end();
    });
  });
}
