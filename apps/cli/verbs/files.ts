import { resolve } from 'node:path';
import { SansfilError } from '../../../core/base/errors.js';
import type { TransferView } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import type { ControlClient } from '../../../plugins/control-socket/client.js';
import { describeTransfer } from '../../shared/facts.js';
import { FactWaiter } from '../../shared/FactWaiter.js';
import { formatBar, formatBytes, formatDuration, formatTable } from '../../shared/format.js';
import { words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';
import type { Output } from '../Output.js';
import { needsPassphrase, readPassphrase } from '../passphrase.js';
import type { WaitOptions } from './messages.js';

const BAR_COLUMNS = 24;
const CHANGES = {
  accept: 'transfer.accept',
  decline: 'transfer.decline',
  pause: 'transfer.pause',
  resume: 'transfer.resume',
  cancel: 'transfer.cancel',
} as const;
export type TransfersChange = keyof typeof CHANGES;

export interface PassphraseOptions {
  readonly passphrase?: boolean;
  readonly passphraseFile?: string;
}

export async function send(context: VerbContext, to: string, paths: readonly string[], options: WaitOptions & PassphraseOptions): Promise<void> {
  // The device has a working folder of its own.
  const absolute = paths.map((path) => resolve(path));
  const passphrase = await newPassphrase(context, options);
  await withDevice(context, async (device) => {
    const facts = options.wait === true ? await FactWaiter.on(device) : undefined;
    const offer = await device.dispatch({ type: 'file.send', to, paths: absolute, ...passphrase });
    if (facts === undefined) {
      context.out.note(words.offered(offer.with, offer.id));
      return context.out.result(offer, []);
    }
    try {
      await facts.until((event) => ended(event, offer.id) ?? draw(context.out, event, offer.id), {
        timeoutMs: options.timeoutMs,
        what: words.transferState(offer.id, 'done'),
      });
    } finally {
      context.out.endProgress();
    }
    await showTransfer(context, device, offer.id);
  });
}

export function transfersList(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const all = await device.dispatch({ type: 'transfer.list' });
    if (all.length === 0) context.out.note(words.noTransfers);
    context.out.result(all, all.length === 0 ? [] : formatTable(words.transfersHead, all.map(row)));
  });
}

export function transfersChange(context: VerbContext, change: TransfersChange, start: string, options: PassphraseOptions = {}): Promise<void> {
  return withDevice(context, async (device) => {
    const id = await wholeId(device, start);
    const view = change === 'accept' ? await accept(context, device, id, options) : await device.dispatch({ type: CHANGES[change], id });
    context.out.note(words.transferState(view.id, view.state));
    context.out.result(view, []);
  });
}

/** Asks for the passphrase where somebody can type it, and only when one is needed. */
async function accept({ io }: VerbContext, device: ControlClient, id: string, { passphraseFile }: PassphraseOptions): Promise<TransferView> {
  if (passphraseFile !== undefined) {
    return device.dispatch({ type: 'transfer.accept', id, passphrase: await readPassphrase(io, { file: passphraseFile, isNew: false }) });
  }
  try {
    return await device.dispatch({ type: 'transfer.accept', id });
  } catch (error) {
    if (!needsPassphrase(error) || !io.inputIsTerminal) throw error;
    return await device.dispatch({ type: 'transfer.accept', id, passphrase: await readPassphrase(io, { isNew: false }) });
  }
}

async function newPassphrase({ io }: VerbContext, { passphrase, passphraseFile }: PassphraseOptions): Promise<{ readonly passphrase?: string }> {
  if (passphrase !== true && passphraseFile === undefined) return {};
  return { passphrase: await readPassphrase(io, { ...(passphraseFile === undefined ? {} : { file: passphraseFile }), isNew: true }) };
}

/** Until interrupted, or the device stops. */
export function transfersWatch(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const stop = context.io.interrupted();
    const names = new Map((await device.dispatch({ type: 'friend.list' })).map(({ peer, name }) => [peer as string, name as string]));
    await device.watch((event) => {
      if (event.type === 'friend.changed') names.set(event.peer, event.name);
      if (!event.type.startsWith('transfer.')) return;
      context.out.item(
        event,
        describeTransfer(event, (peer) => names.get(peer) ?? peer.slice(0, 7)),
      );
    });
    const why = await Promise.race([stop, device.closed]);
    if (why !== undefined) throw why;
  });
}

/** Ids are long; what distinguishes one is enough. */
async function wholeId(device: ControlClient, start: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(start)) return start;
  if (!/^[0-9a-f]{4,31}$/.test(start)) throw new SansfilError('ID_INVALID');
  const found = (await device.dispatch({ type: 'transfer.list' })).filter(({ id }) => id.startsWith(start));
  if (found.length > 1) throw new SansfilError('ID_INVALID', words.transferAmbiguous);
  if (found[0] === undefined) throw new SansfilError('TRANSFER_UNKNOWN');
  return found[0].id;
}

async function showTransfer({ out }: VerbContext, device: ControlClient, id: string): Promise<void> {
  const view = (await device.dispatch({ type: 'transfer.list' })).find((one) => one.id === id);
  if (view === undefined) throw new SansfilError('TRANSFER_UNKNOWN');
  out.note(words.transferState(view.id, view.state));
  out.result(view, []);
}

/** @throws SansfilError with the transfer's code when it ended otherwise than done. */
function ended(event: DomainEvent, id: string): true | undefined {
  if (event.type === 'transfer.ended' && event.id === id) throw new SansfilError(event.code);
  return event.type === 'transfer.completed' && event.id === id ? true : undefined;
}

function draw(out: Output, event: DomainEvent, id: string): undefined {
  if (event.type !== 'transfer.progressed' || event.id !== id) return;
  const { bytes, total, bytesPerSecond } = event;
  const bar = formatBar(total === 0 ? 1 : bytes / total, BAR_COLUMNS);
  const left = bytesPerSecond > 0 ? `, ${formatDuration(((total - bytes) / bytesPerSecond) * 1_000)} left` : '';
  out.progress(`${bar} ${formatBytes(bytes)} of ${formatBytes(total)}, ${words.speed(formatBytes(bytesPerSecond))}${left}`);
}

function row(view: TransferView): string[] {
  return [
    view.id.slice(0, 8),
    view.with,
    words.transferDirection[view.direction],
    view.code === undefined ? view.state : `${view.state} [${view.code}]`,
    formatBytes(view.bytes),
    formatBytes(view.total),
    view.state === 'active' ? words.speed(formatBytes(view.bytesPerSecond)) : '',
    words.moreFiles(view.items[0]?.name ?? '', view.items.length - 1),
  ];
}
