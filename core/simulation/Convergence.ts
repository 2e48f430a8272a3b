import { isOver } from '../ports/stores.js';
import type { FriendView, TransferView } from '../events/commands.js';
import type { SimulatedDevice } from './SimulatedDevice.js';
import type { World } from './World.js';

/** How often the world is looked at while it comes to rest, in its own time. */
const LOOK_MS = 5_000;
/** What was accepted must have arrived by then, and everything else must be as it should. */
const CONVERGENCE_MS_MAX = 10 * 60_000;

/** Everybody sees by then that somebody has gone: the directory says so at once. */
const ABSENCE_MS_MAX = 60_000;

/** Without a word, or in good order. */
export type Departure = 'crash' | 'stop';

interface Standing {
  readonly device: SimulatedDevice;
  readonly online: boolean;
  readonly transfers: readonly TransferView[];
  readonly friends: readonly FriendView[];
}

/**
 * The second phase of a run: no fault happens any more, and the world must come to what should be. Empty when it does
 * within its time, else a sentence for everything that still is not.
 */
export async function converge(world: World, each: () => void): Promise<readonly string[]> {
  const left = await lookUntilNone(world, CONVERGENCE_MS_MAX, each, async () => {
    const others = await unsettled(world);
    return [...world.checkers.undelivered(), ...others];
  });
  return left.map((what) => `${CONVERGENCE_MS_MAX / 60_000} minutes after the last fault: ${what}`);
}

/** One of those at rest goes, and comes back: all the others must see both. Empty when they do within their time. */
export async function depart(world: World, name: string, how: Departure, each: () => void): Promise<readonly string[]> {
  if (how === 'crash') world.crash(name);
  else world.shutDown(name);
  const left = await lookUntilNone(
    world,
    ABSENCE_MS_MAX,
    () => undefined,
    () => world.checkers.presence(),
  );
  if (left.length === 0) return converge(world, each);
  return left.map((what) => `${ABSENCE_MS_MAX / 1_000} seconds after ${name} has gone: ${what}`);
}

/** What is left when it is over, or nothing as soon as nothing is. */
async function lookUntilNone(
  world: World,
  withinMs: number,
  each: () => void,
  look: () => readonly string[] | Promise<readonly string[]>,
): Promise<readonly string[]> {
  let left: readonly string[] = [];
  for (let waited = 0; waited < withinMs; waited += LOOK_MS) {
    each();
    await world.runFor(LOOK_MS);
    left = await look();
    if (left.length === 0) break;
  }
  return left;
}

async function unsettled(world: World): Promise<readonly string[]> {
  const off = world.devices.filter(({ running }) => !running);
  if (off.length > 0) return off.map(({ name }) => `${name} has not started`);
  const standings: Standing[] = [];
  for (const device of world.devices) standings.push(await standingOf(world, device));
  for (const standing of standings) acceptListed(standing);
  return [
    ...standings.flatMap((standing) => alone(standing)),
    ...standings.flatMap((one, at) => standings.slice(at + 1).flatMap((other) => files(one, other))),
    ...world.checkers.atRest(),
  ];
}

async function standingOf(world: World, device: SimulatedDevice): Promise<Standing> {
  const [node, transfers, friends] = await world.run(
    Promise.all([device.dispatch({ type: 'node.show' }), device.dispatch({ type: 'transfer.list' }), device.dispatch({ type: 'friend.list' })]),
  );
  return { device, online: node.directory.state === 'online', transfers, friends };
}

/** Who looks at the lists finds also those offers and requests of which a crash came before anybody was told. */
function acceptListed({ device, transfers, friends }: Standing): void {
  for (const { name, state } of friends) if (state === 'incoming') device.attempt({ type: 'friend.accept', name });
  for (const { id, state, direction } of transfers) if (direction === 'in' && state === 'offered') device.attempt({ type: 'transfer.accept', id });
  // What nobody holds must come to its end.
  for (const { id, pausedBy } of transfers) if (pausedBy === 'me' || pausedBy === 'both') device.attempt({ type: 'transfer.resume', id });
}

function alone({ device, online, transfers, friends }: Standing): readonly string[] {
  const open = transfers.filter(({ state }) => !isOver(state));
  return [
    ...(online ? [] : [`${device.name} is not logged in`]),
    ...open.map(({ id, state, direction }) => `the transfer ${id} (${direction}) of ${device.name} is ${state}`),
    ...[...device.unanswered].map((what) => `${device.name} has not answered: ${what}`),
    ...friends.flatMap((friend) => shown(device, friend)),
    ...(open.length === 0 && device.disk.partCount > 0 ? [`${device.name} keeps ${device.disk.partCount} parts of files that are over`] : []),
  ];
}

/** What a person is shown of a friend is what the store and the sessions say. */
function shown({ name, committed, open }: SimulatedDevice, { peer, ...view }: FriendView): readonly string[] {
  const messages = committed.messages.history({ peer, limit: Infinity });
  const truth = {
    unread: messages.filter(({ state }) => state === 'received').length,
    waiting: messages.filter(({ state, id }) => (state === 'queued' || state === 'sent') && committed.messages.awaits(peer, id)).length,
    connected: [...open.values()].includes(peer),
  };
  const wrong = (['unread', 'waiting', 'connected'] as const).filter((what) => view[what] !== truth[what]);
  return wrong.map((what) => `${name} shows ${view.name} with ${what} ${view[what]}, and it is ${truth[what]}`);
}

/** What both sides know of, ended the same way on both; a finished one has all of its bytes. */
function files(one: Standing, other: Standing): readonly string[] {
  return [...ended(one, other), ...ended(other, one)];
}

function ended(sender: Standing, receiver: Standing): readonly string[] {
  const findings: string[] = [];
  for (const sent of sender.transfers) {
    if (sent.direction !== 'out' || sent.with !== receiver.device.name) continue;
    const got = receiver.transfers.find(({ id, direction }) => id === sent.id && direction === 'in');
    // Who takes an offer back may be too late: then the file is there.
    const agree = got?.state === 'done' ? sent.state === 'done' || sent.state === 'cancelled' : sent.state !== 'done';
    if (!agree) {
      findings.push(`the transfer ${sent.id} from ${sender.device.name} is ${sent.state}, and ${got?.state ?? 'unknown'} to ${receiver.device.name}`);
    }
  }
  return findings;
}
