import { simulate, type RunPlan, type Verdict, type WorldParts } from '../../core/testing.js';
import { MemoryDirectory } from '../../transports/memory/MemoryDirectory.js';
import { MemoryTransport } from '../../transports/memory/MemoryTransport.js';
import type { CryptoKind, Job } from './options.js';
import { RealCrypto, turn } from './realCrypto.js';

/** What one world is made of here. */
export function worldParts(crypto: CryptoKind): WorldParts {
  const parts: WorldParts = {
    drain: turn,
    transport: (network, host) => new MemoryTransport(network, host),
    directory: (options) => new MemoryDirectory(options),
  };
  if (crypto === 'toy') return parts;
  const real = new RealCrypto();
  return { ...parts, drain: real.drain, crypto: real.of };
}

export function planOf({ story, faults, devices }: Job, seed: number): RunPlan {
  return { seed, story, faults: new Set(faults), ...(devices === undefined ? {} : { devices }) };
}

/** How one seed is run. */
export const runsOf =
  (job: Job) =>
  (seed: number): Promise<Verdict> =>
    simulate(planOf(job, seed), worldParts(job.crypto));
