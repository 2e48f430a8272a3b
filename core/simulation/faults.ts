import type { Rng } from './Rng.js';

/** What can be made to go wrong, by the name `--faults` knows it by. */
export const FAULTS = ['packets', 'partitions', 'links', 'forgery', 'crashes', 'disks', 'clocks', 'directory', 'callers'] as const;
export type Fault = (typeof FAULTS)[number];

/** How a network treats what is under way; probabilities are of one frame. */
export interface Weather {
  /** One way, ms. */
  readonly latencyMs: { readonly min: number; readonly max: number };
  /** Of a packet under a link, which the stream sends again: what it carried comes later. */
  readonly loss: number;
  /** Of a packet that comes twice: the stream shows it once. */
  readonly duplicate: number;
  /** Of a packet that others overtake: the stream waits for it. */
  readonly reorder: number;
  /** Of a connection; infinite when only the delay counts. */
  readonly bytesPerMs: number;
  /** Of a frame that somebody on the wire drops, doubles, swaps with the next or changes: the ends must notice. */
  readonly forgery: number;
}

export const FAIR_WEATHER: Weather = { latencyMs: { min: 1, max: 5 }, loss: 0, duplicate: 0, reorder: 0, bytesPerMs: Infinity, forgery: 0 };

/** Most that anything takes between a device and its directory in fair weather. */
export const DIRECTORY_MS = 5;

/** All that was drawn for one run, before it began: plain data, printed first. Probabilities are of one round of the story. */
export interface FaultPlan {
  readonly weather: Weather;
  readonly partition: number;
  /** Of a cut that is of one direction only. */
  readonly oneWay: number;
  readonly heal: number;
  readonly severLink: number;
  readonly crash: number;
  /** Of a device that is stopped in good order. */
  readonly stop: number;
  /** Of a crash that waits for a step of the store, before or after it took effect. */
  readonly crashAtStore: number;
  readonly restart: number;
  readonly commitMs: { readonly min: number; readonly max: number };
  /** Of one write that fails. */
  readonly writeFailure: number;
  readonly diskFull: number;
  readonly clockJump: number;
  readonly directoryDown: number;
  /** Of a directory that comes back without what it knew. */
  readonly directoryWiped: number;
  /** Of one device that cannot reach the directory, while everybody else can. */
  readonly directoryCut: number;
  /** Most that anything takes between a device and the directory. */
  readonly directoryMs: number;
  /** Of one write of the directory's database that fails. */
  readonly directoryFailure: number;
  /** Of a stranger who calls a device and does not go on. */
  readonly strangerCall: number;
}

/** Ranges after those of TigerBeetle's VOPR (src/vopr.zig): loss to 30 %, doubles to 50 %; a fault that is not chosen is never drawn. */
export function drawFaults(rng: Rng, chosen: ReadonlySet<Fault>): FaultPlan {
  /** Half of the runs do without it, so that faults are met alone and together. */
  const upTo = (fault: Fault, most: number): number => {
    const drawn = rng.chance(0.5) ? rng.uniform() * most : 0;
    return chosen.has(fault) ? round(drawn) : 0;
  };
  const slowest = rng.between(1, 300);
  const slow = rng.chance(0.35) ? rng.between(1, 50) : Infinity;
  const commit = rng.between(0, 20);
  return {
    weather: {
      latencyMs: chosen.has('packets') ? { min: 1, max: slowest } : FAIR_WEATHER.latencyMs,
      loss: upTo('packets', 0.3),
      duplicate: upTo('packets', 0.5),
      reorder: upTo('packets', 0.3),
      bytesPerMs: chosen.has('packets') ? slow : Infinity,
      forgery: upTo('forgery', 0.02),
    },
    partition: upTo('partitions', 0.4),
    oneWay: round(rng.uniform()),
    heal: round(0.2 + rng.uniform() * 0.8),
    severLink: upTo('links', 0.3),
    crash: upTo('crashes', 0.3),
    stop: upTo('crashes', 0.1),
    crashAtStore: round(rng.uniform()),
    restart: round(0.2 + rng.uniform() * 0.8),
    commitMs: { min: 0, max: chosen.has('disks') ? commit : 0 },
    writeFailure: upTo('disks', 0.05),
    diskFull: upTo('disks', 0.1),
    clockJump: upTo('clocks', 0.3),
    directoryDown: upTo('directory', 0.2),
    directoryWiped: upTo('directory', 0.5),
    directoryCut: upTo('directory', 0.2),
    directoryMs: Math.max(DIRECTORY_MS, Math.round(upTo('directory', 1_500))),
    directoryFailure: upTo('directory', 0.1),
    strangerCall: upTo('callers', 0.1),
  };
}

const round = (probability: number): number => Math.round(probability * 1000) / 1000;
