import { toHex } from '../../../core/base/bytes.js';
import { SansfilError } from '../../../core/base/errors.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { startPi } from '../../pi/pi.js';
import { SHELL_PLUGIN } from '../../shared/compose.js';
import { DEVICE_PORT } from '../../shared/config.js';
import type { FrameTap, RunningDevice } from '../../shared/openDevice.js';
import { linesOf } from '../../../core/shell/toTerminal.js';
import { shellHost } from '../../shared/shellHost.js';
import { language, words } from '../../shared/words.js';
import { startViewboard } from '../../viewboard/viewboard.js';
import type { VerbContext } from '../context.js';
import { asFailure } from '../../shared/failure.js';
import { shellKind } from '../shellKind.js';
import { Bars, isOfTransfer } from './progress.js';

export interface RunFlags {
  readonly directory?: string;
  readonly listen?: string[];
  readonly announce?: string[];
  readonly name?: string;
  readonly receive?: string;
  readonly plugins?: string[];
  readonly as: 'pi' | 'viewboard';
  readonly dashboard?: boolean;
  readonly plain?: boolean;
  readonly debug?: boolean;
}

/** How much of a frame --debug shows; all of it would scroll away what one wants to see. */
const FRAME_BYTES_SHOWN = 64;
/** A directory that was away when a name was to be registered is asked again after this. */
const REGISTER_RETRY_MS = 30_000;

/** The device, until it is interrupted, or left by the shell that shows it. */
export async function run(context: VerbContext, flags: RunFlags): Promise<void> {
  const { io, out } = context;
  const kind = shellKind(context, flags);
  if (kind === 'dashboard' && flags.debug === true && io.errIsTerminal) throw new SansfilError('COMMAND_INVALID', words.dashboardDebug);
  const interrupted = io.interrupted();
  let quit: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (quit = resolve));
  const ended = Promise.race([interrupted, left]);
  const start = flags.as === 'viewboard' ? startViewboard : startPi;
  const device = await start({
    data: context.data,
    flags: { directory: flags.directory, listen: flags.listen, announce: flags.announce, name: flags.name, receive: flags.receive, plugins: flags.plugins },
    ...(kind === undefined ? {} : { shell: shellHost({ plain: kind === 'plain', ends: 'device', quit: () => quit() }) }),
    ...(flags.debug === true ? { tap: showFrames(context) } : {}),
  });
  // Nothing but the dashboard may write while it is drawn; what is to be said is said afterwards.
  const later: string[] = [];
  const note = (text: string): void => (kind === 'dashboard' ? void later.push(text) : out.note(text));
  try {
    const shown = kind === undefined ? await showFacts(context, device, flags) : undefined;
    if (device.portMoved) note(words.portMoved(DEVICE_PORT));
    const failed = shellFailure(device);
    await Promise.race([registerOnce(note, device, ended), ended, failed]);
    await Promise.race([ended, failed]);
    if (kind !== 'dashboard') note(words.stopping);
    await device.stop();
    shown?.unsubscribe();
  } catch (error) {
    await device.stop();
    throw error;
  } finally {
    out.endLive();
    later.forEach((text) => out.note(text));
  }
}

/** A device that nobody sees any more is not what was asked for. */
async function shellFailure({ events$ }: RunningDevice): Promise<never> {
  return new Promise((_, reject) => {
    events$.subscribe((event) => {
      if (event.type === 'plugin.failed' && event.plugin === SHELL_PLUGIN) reject(new SansfilError(event.code, event.detail));
    });
  });
}

async function showFacts({ out }: VerbContext, device: RunningDevice, { as: kind }: RunFlags): Promise<{ unsubscribe(): void }> {
  const names = new Map<string, string>();
  const nameOf = (peer: string): string => names.get(peer) ?? `${peer.slice(0, 7)}…`;
  // What is under way is a bar where somebody looks, and elsewhere no line: there would be ten a second.
  const bars = new Bars(out, nameOf, () => performance.now());
  let held: DomainEvent[] | undefined = [];
  const show = (event: DomainEvent): void => {
    if (held !== undefined) return void held.push(event);
    if (event.type === 'friend.changed') names.set(event.peer, event.name);
    if (isOfTransfer(event)) bars.hear(event);
    const text = out.json || event.type === 'transfer.progressed' ? undefined : language.fact(event, nameOf);
    if (text === undefined) return out.item(event, undefined);
    const at = language.clock(Date.now());
    const [first = '', ...more] = linesOf(text);
    out.item(event, `${at}  ${first}`);
    // Further in than any line of ours begins: what a friend writes must not look like what this device says.
    for (const line of more) out.item(event, `${' '.repeat(at.length)}    ${line}`);
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
  const early: DomainEvent[] = [
    { type: 'directory.changed', state: directory.state, ...(directory.code === undefined ? {} : { code: directory.code }) },
    ...held,
  ];
  if (out.isWatched) bars.begin(await device.commands.dispatch({ type: 'transfer.list' }));
  held = undefined;
  early.forEach(show);
  return subscription;
}

/** A device that was given a name takes it as soon as there is a directory. A refusal ends it, a directory that is away does not. */
async function registerOnce(note: (text: string) => void, { commands, config }: RunningDevice, ended: Promise<void>): Promise<void> {
  const { name } = config;
  for (let told = false; name !== undefined && (await commands.dispatch({ type: 'account.show' })).name === undefined; told = true) {
    try {
      await commands.dispatch({ type: 'account.register', name });
    } catch (error) {
      // A person was faster, from the command line.
      if ((await commands.dispatch({ type: 'account.show' })).name !== undefined) return;
      if (!SansfilError.is(error) || !error.retryable) throw error;
      const { code, message } = asFailure(error, language);
      if (!told) note(`${message} [${code}]`);
      await pause(REGISTER_RETRY_MS, ended);
    }
  }
}

async function pause(ms: number, ended: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([over, ended]);
  clearTimeout(timer);
}

/** On stderr, so that facts and frames can be told apart: `out tcp-1 1376 bytes 0a1b…`. */
function showFrames({ io }: VerbContext): FrameTap {
  return (direction, link, frame) => {
    const more = frame.length > FRAME_BYTES_SHOWN ? '…' : '';
    io.err(`frame ${direction.padEnd(3)} ${link} ${frame.length} bytes ${toHex(frame.subarray(0, FRAME_BYTES_SHOWN))}${more}\n`);
  };
}
