import { World } from '../../core/testing.js';
import { MemoryDirectory } from '../../transports/memory/MemoryDirectory.js';
import { MemoryTransport } from '../../transports/memory/MemoryTransport.js';
import { drain } from './drain.js';

export const beginWorld = (seed: number): Promise<World> =>
  World.begin({
    seed,
    drain,
    transport: (network, host) => new MemoryTransport(network, host),
    directory: (options) => new MemoryDirectory(options),
  });
