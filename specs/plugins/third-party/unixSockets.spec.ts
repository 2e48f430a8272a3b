import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTransport } from '../../contracts/transport.contract.js';
import { UnixSocketTransport } from '../../fixtures/third-party/unix-sockets/index.js';
import { realClock } from '../../support/realClock.js';
import { streamHarness } from '../../support/streamHarness.js';

describeTransport('a transport over Unix sockets, as an outsider writes it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sansfil-unix-'));
  const harness = await streamHarness({
    transport: new UnixSocketTransport(realClock),
    address: join(folder, 'here.sock'),
    badAddress: 'here.sock',
    deadAddress: join(folder, 'nobody.sock'),
    rawListen: { path: join(folder, 'raw.sock') },
    rawAddress: () => join(folder, 'raw.sock'),
    // There is no reset on a Unix socket: the other process dies in the middle of a frame instead.
    sever: (socket) => socket.write(Uint8Array.of(0, 9, 1, 2), () => socket.destroy()),
  });
  return {
    ...harness,
    tearDown: async () => {
      await harness.tearDown();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
