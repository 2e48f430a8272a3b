import { DirectoryService } from '../../core/directory/DirectoryService.js';
import { MemoryDirectoryStore } from '../../core/directory/MemoryDirectoryStore.js';
import { MemoryTokens } from '../../core/directory/tokens.js';
import { Rng } from '../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { MemoryDirectory } from '../../transports/memory/MemoryDirectory.js';
import { directoryContract } from '../contracts/directory.contract.js';

directoryContract('memory', async () => {
  const clock = new VirtualClock();
  const random = new Rng(1);
  const { verifier } = toyIdentity('directory');
  const service = new DirectoryService({
    name: 'sim',
    store: new MemoryDirectoryStore(),
    tokens: new MemoryTokens(clock, random),
    verifier,
    primitives: toyPrimitives(),
    clock,
    random,
    logger: { log: () => undefined },
  });
  const place = new MemoryDirectory({ service });
  await place.start();
  return { url: 'memory://directory', port: (device) => place.port(device), cut: (device) => place.cut(device), stop: () => Promise.resolve(place.down()) };
});
