import { describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import { Transports } from '../../core/engine/Transports.js';
import type { Transport } from '../../core/ports/transport.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { rejection } from '../support/samples.js';
import { SimNet } from '../support/simLinks.js';
import { SessionWorld } from '../support/sessionWorld.js';

/** Counts what listens; the address `taken` never can. */
function counting(): { readonly transport: Transport; open(): number } {
  let open = 0;
  const close = (): Promise<void> => {
    open--;
    return Promise.resolve();
  };
  const transport: Transport = {
    scheme: 'count',
    dial: () => Promise.reject(new SansfilError('LINK_FAILED')),
    listen: (address) => {
      if (address === 'taken') return Promise.reject(new SansfilError('PORT_IN_USE'));
      open++;
      return Promise.resolve({ address: `${address}:7`, [Symbol.asyncDispose]: close });
    },
    reachableAt: (listening) => [`lan ${listening}`, `vpn ${listening}`],
  };
  return { transport, open: () => open };
}

describe('the transports of a device', () => {
  test('say under which addresses others may call, each with its scheme', async () => {
    const { transport } = counting();
    const transports = new Transports([transport, new SimNet(new VirtualClock()).transport('me')]);
    expect(await transports.listen(['count://a', 'sim://b'], () => undefined)).toEqual(['count://lan a:7', 'count://vpn a:7', 'sim://b']);
  });

  test('know whether those addresses may change: while one listens that asks its interfaces', async () => {
    const fixed = new Transports([new SimNet(new VirtualClock()).transport('me')]);
    await fixed.listen(['sim://b'], () => undefined);
    expect(fixed.mayMove).toBe(false);
    const moving = new Transports([counting().transport]);
    expect(moving.mayMove).toBe(false);
    await moving.listen(['count://a'], () => undefined);
    expect(moving.mayMove).toBe(true);
  });

  test('listen everywhere or nowhere', async () => {
    const { transport, open } = counting();
    const transports = new Transports([transport]);
    expect(await rejection(transports.listen(['count://a', 'count://taken'], () => undefined))).toBe('PORT_IN_USE');
    expect(open()).toBe(0);
    await transports.listen(['count://a'], () => undefined);
    expect(open()).toBe(1);
    await transports.close();
    await transports.close();
    expect(open()).toBe(0);
  });

  test.each(['nothing', 'smoke://hill', '://x', ''])('refuse the address %j', async (address) => {
    const transports = new Transports([counting().transport]);
    expect(await rejection(transports.dial(address, new AbortController().signal))).toBe('ADDRESS_INVALID');
    expect(await rejection(transports.listen([address], () => undefined))).toBe('ADDRESS_INVALID');
  });

  test('show every frame to the one who asked for it, as it is on the wire', async () => {
    const world = new SessionWorld();
    const seen: { readonly direction: string; readonly frame: Uint8Array }[] = [];
    const pi = await world.party('pi', { tap: (direction, _link, frame) => seen.push({ direction, frame: frame.slice() }) });
    const board = await world.party('board');
    pi.want(board);
    await world.run(100);
    const onTheWire = world.net.last.sent.map(({ from, frame }) => ({ direction: from === 'caller' ? 'out' : 'in', frame }));
    expect(seen).toHaveLength(onTheWire.length);
    for (const direction of ['in', 'out']) {
      expect(seen.filter((one) => one.direction === direction)).toEqual(onTheWire.filter((one) => one.direction === direction));
    }
  });
});
