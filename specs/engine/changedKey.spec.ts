import { describe, expect, test } from '@jest/globals';
import { toyIdentity } from '../../core/simulation/syncCrypto.js';
import { beginWorld } from '../support/beginWorld.js';

const OLD = toyIdentity('the old device of board').signer.peerId;

/** Two friends; to one of them the other has come back with another key. */
async function changed() {
  const world = await beginWorld(1);
  const pi = await world.add('pi');
  const board = await world.add('board');
  await world.befriend('pi', 'board');
  world.crash('pi');
  for (const contact of await pi.disk.committed.contacts.all()) {
    await pi.disk.committed.contacts.remove(contact.peer);
    await pi.disk.committed.contacts.put({ ...contact, peer: OLD, verified: true });
  }
  await world.restart('pi');
  await world.runFor(60_000);
  const verify = (confirmed?: boolean) => world.run(pi.dispatch({ type: 'friend.verify', name: 'board', ...(confirmed === undefined ? {} : { confirmed }) }));
  const send = () => world.run(pi.dispatch({ type: 'message.send', to: 'board', text: 'is it you?' }));
  return { world, pi, board, verify, send };
}

describe('[P-7.7] a friend whose key has changed', () => {
  test('gets nothing, and is not verified any more', async () => {
    const { world, pi, board, verify, send } = await changed();
    expect(pi.of('friend.keyChanged')).toEqual([{ type: 'friend.keyChanged', name: 'board', from: OLD, to: board.id }]);
    await expect(send()).rejects.toMatchObject({ code: 'KEY_CHANGED' });
    expect(await verify()).toMatchObject({ keyChanged: true, verified: false });
    await world.end();
  });

  test('is a friend again when a person has compared the number of the new key', async () => {
    const { world, pi, board, verify, send } = await changed();
    const shown = await verify();
    const there = await world.run(board.dispatch({ type: 'friend.verify', name: 'pi' }));
    expect(shown.safetyNumber).toBe(there.safetyNumber);
    expect(await verify(true)).toMatchObject({ peer: board.id, state: 'friend', verified: true, keyChanged: false });
    await send();
    await world.settle();
    expect(board.of('message.received').map(({ text }) => text)).toEqual(['is it you?']);
    expect(pi.of('presence.changed').at(-1)).toMatchObject({ peer: board.id, state: 'online' });
    await world.end();
  });

  test('is not taken for verified by who never saw that number', async () => {
    const { world, verify } = await changed();
    await expect(verify(true)).rejects.toMatchObject({ code: 'KEY_CHANGED' });
    expect(await verify()).toMatchObject({ peer: OLD, keyChanged: true, verified: false });
    await world.end();
  });
});
