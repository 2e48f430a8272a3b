import { turn } from '../support/sessionWorld.js';
import { only, type Besieged, type Line } from './Besieged.js';
import { READY, sealed } from './Ends.js';
import { tryFrames, type Scene } from './tryFrames.js';

/* Frames by somebody who has no keys, to a session before and after it opened. */

const unconfirmed = async (besieged: Besieged, { link, keys }: Line): Promise<Scene> => {
  if (besieged.sessions > 0) throw new Error('the session opened without READY');
  const ready = sealed(keys, READY);
  const message = sealed(keys, { type: 'msg', id: new Uint8Array(16), content: new Uint8Array(20) });
  await turn();
  return { link, valid: () => Promise.resolve([ready, message, Uint8Array.of(1, 0, 0, 7), only(link.take().slice(-1))]) };
};

const open = async (besieged: Besieged, line: Line): Promise<Scene> => {
  const { link, keys } = await besieged.open(line);
  if (besieged.sessions !== 1) throw new Error('the session did not open');
  besieged.facts = [];
  const records = [sealed(keys, { type: 'msg', id: new Uint8Array(16), content: new Uint8Array(20) }), sealed(keys, { type: 'ping', echo: new Uint8Array(8) })];
  return { link, valid: () => Promise.resolve([...records, Uint8Array.of(1, 0, 0, 7), only(link.take().slice(-1))]) };
};

tryFrames('a session of the responder before READY', async (besieged) => unconfirmed(besieged, await besieged.shakenHands()), 10_000);
tryFrames('a session of the initiator before READY', async (besieged) => unconfirmed(besieged, await besieged.calledOut()), 1_000);
tryFrames('an open session of the responder', async (besieged) => open(besieged, await besieged.shakenHands()), 10_000);
tryFrames('an open session of the initiator', async (besieged) => open(besieged, await besieged.calledOut()), 1_000);
