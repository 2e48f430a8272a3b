import { toHex } from '../../../core/base/bytes.js';
import { SansfilError } from '../../../core/base/errors.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { startPi } from '../../pi/pi.js';
import { DEVICE_PORT } from '../../shared/config.js';
import { describeFact } from '../../shared/facts.js';
import { formatTime } from '../../shared/format.js';
import type { FrameTap, RunningDevice } from '../../shared/openDevice.js';
import { linesOf } from '../../shared/terminal.js';
import { words } from '../../shared/words.js';
import { startViewboard } from '../../viewboard/viewboard.js';
import type { VerbContext } from '../context.js';
import { asFailure } from '../failure.js';

export interface RunFlags {
  readonly directory?: string;
  readonly listen?: string[];
  readonly announce?: string[];
  readonly name?: string;
  readonly receive?: string;
  readonly plugins?: string[];
  readonly as: 'pi' | 'viewboard';
  readonly debug?: boolean;
}

/** How much of a frame --debug shows; all of it would scroll away what one wants to see. */
const FRAME_BYTES_SHOWN = 64;

/** The device, until it is interrupted. */
export async function run(context: VerbContext, flags: RunFlags): Promise<void> {
  const interrupted = context.io.interrupted();
  const start = flags.as === 'viewboard' ? startViewboard : startPi;
  const device = await start({
    data: context.data,
    flags: { directory: flags.directory, listen: flags.listen, announce: flags.announce, name: flags.name, receive: flags.receive, plugins: flags.plugins },
    ...(flags.debug === true ? { tap: showFrames(context) } : {}),
  });
  try {
    const shown = await showFacts(context, device, flags.as);
    await registerOnce(context, device);
    await interrupted;
    context.out.note(words.stopping);
    await device.stop();
    shown.unsubscribe();
  } catch (error) {
    await device.stop();
    throw error;
  }
}

async function showFacts({ out }: VerbContext, device: RunningDevice, kind: string): Promise<{ unsubscribe(): void }> {
  const names = new Map<string, string>();
  const nameOf = (peer: string): string => names.get(peer) ?? `${peer.slice(0, 7)}…`;
  let held: DomainEvent[] | undefined = [];
  const show = (event: DomainEvent): void => {
    if (held !== undefined) return void held.push(event);
    if (event.type === 'friend.changed') names.set(event.peer, event.name);
    const text = out.json ? undefined : describeFact(event, nameOf);
    if (text === undefined) return out.item(event, undefined);
    const at = formatTime(Date.now(), Date.now());
    for (const line of linesOf(text)) out.item(event, `${at}  ${line}`);
  };
  const subscription = device.events$.subscribe(show);
  for (const { peer, name } of await device.commands.dispatch({ type: 'friend.list' })) names.set(peer, name);
  const { peer, addresses, fingerprint, directory } = await device.commands.dispatch({ type: 'node.show' });
  // How things stand comes first: the device started before anybody could listen to it.
  out.item({ type: 'node.started', peer, addresses } satisfies DomainEvent, undefined);
  out.note(words.ready(kind, addresses));
  out.note(words.fingerprint(fingerprint));
  if (directory.state === 'unconfigured') out.note(words.noDirectory);
  else if (directory.state === 'unregistered' && device.config.name === undefined) out.note(words.noName);
  if (device.portMoved) out.note(words.portMoved(DEVICE_PORT));
  const early: DomainEvent[] = [
    { type: 'directory.changed', state: directory.state, ...(directory.code === undefined ? {} : { code: directory.code }) },
    ...held,
  ];
  held = undefined;
  early.forEach(show);
  return subscription;
}

/** A device that was given a name takes it at its first start. A refusal ends it, a directory that is not there does not. */
async function registerOnce({ out }: VerbContext, { commands, config }: RunningDevice): Promise<void> {
  if (config.name === undefined) return;
  const account = await commands.dispatch({ type: 'account.show' });
  if (account.name !== undefined) return;
  try {
    await commands.dispatch({ type: 'account.register', name: config.name });
  } catch (error) {
    if (!SansfilError.is(error) || !error.retryable) throw error;
    const { code, message } = asFailure(error);
    out.note(`${message} [${code}]`);
  }
}

/** On stderr, so that facts and frames can be told apart: `out tcp-1 1376 bytes 0a1b…`. */
function showFrames({ io }: VerbContext): FrameTap {
  return (direction, link, frame) => {
    const more = frame.length > FRAME_BYTES_SHOWN ? '…' : '';
    io.err(`frame ${direction.padEnd(3)} ${link} ${frame.length} bytes ${toHex(frame.subarray(0, FRAME_BYTES_SHOWN))}${more}\n`);
  };
}
