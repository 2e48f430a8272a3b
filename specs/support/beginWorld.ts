import { World, type WorldOptions } from '../../core/testing.js';
import { MemoryDirectory } from '../../transports/memory/MemoryDirectory.js';
import { MemoryTransport } from '../../transports/memory/MemoryTransport.js';
import { drain } from './drain.js';

/** What a world is made of in specs. */
export const WORLD_PARTS: Omit<WorldOptions, 'seed'> = {
  drain,
  transport: (network, host) => new MemoryTransport(network, host),
  directory: (options) => new MemoryDirectory(options),
};

export const beginWorld = (seed: number, more: Partial<WorldOptions> = {}): Promise<World> => World.begin({ ...WORLD_PARTS, ...more, seed });
