import { resolve } from 'node:path';
import { SansfilError } from '../../../core/base/errors.js';
import type { TransferView } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import type { ControlClient } from '../../../plugins/control-socket/client.js';
import { shortId, transferLines, transferTable } from '../../../core/shell/listings.js';
import { FactWaiter } from '../../shared/FactWaiter.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';
import { clip } from '../layout.js';
import type { Output } from '../Output.js';
import { needsPassphrase, readPassphrase } from '../passphrase.js';
import { wholeId } from '../../../core/shell/wholeId.js';
import type { WaitOptions } from './messages.js';
import { Bars, isOfTransfer, progressLine, rests, type TransferFact } from './progress.js';

const CHANGES = {
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
      context.out.note(words.offered(offer.with, shortId(offer.id)));
      return context.out.result(offer, []);
    }
    try {
      context.out.note(words.offeredWait(offer.with, shortId(offer.id)));
      context.out.live([words.waitsFor(offer.with)]);
      await facts.until((event) => ended(event, offer.id) ?? draw(context.out, event, offer.id), {
        timeoutMs: options.timeoutMs,
        what: words.transferState(shortId(offer.id), language.states.transfer.done),
      });
    } finally {
      context.out.endLive();
    }
    await showTransfer(context, device, offer.id);
  });
}

export function transfersList(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const all = await device.dispatch({ type: 'transfer.list' });
    if (all.length === 0) context.out.note(words.noTransfers);
    const { outIsTerminal, columns } = context.io;
    const lines = all.length === 0 ? [] : transferTable(all, language);
    context.out.result(all, outIsTerminal ? lines.map((line) => clip(line, columns)) : lines);
  });
}

export function transfersAccept(context: VerbContext, start: string, options: PassphraseOptions & { readonly to?: string }): Promise<void> {
  return withDevice(context, async (device) => {
    const id = await wholeTransferId(device, start);
    const view = await accept(context, device, { id, ...(options.to === undefined ? {} : { into: resolve(options.to) }) }, options);
    context.out.note(standing(view));
    context.out.result(view, []);
  });
}

export function transfersChange(context: VerbContext, change: TransfersChange, start: string): Promise<void> {
  return withDevice(context, async (device) => {
    const id = await wholeTransferId(device, start);
    const view: TransferView = await device.dispatch({ type: CHANGES[change], id });
    context.out.note(standing(view));
    if (change === 'resume' && view.pausedBy === 'peer') context.out.note(language.console.pausedByPeer(view.with));
    context.out.result(view, []);
  });
}

/** Asks for the passphrase where somebody can type it, and only when one is needed. */
async function accept(
  { io }: VerbContext,
  device: ControlClient,
  what: { readonly id: string; readonly into?: string },
  { passphraseFile }: PassphraseOptions,
): Promise<TransferView> {
  if (passphraseFile !== undefined) {
    return device.dispatch({ type: 'transfer.accept', ...what, passphrase: await readPassphrase(io, { file: passphraseFile, isNew: false }) });
  }
  try {
    return await device.dispatch({ type: 'transfer.accept', ...what });
  } catch (error) {
    if (!needsPassphrase(error) || !io.inputIsTerminal) throw error;
    return await device.dispatch({ type: 'transfer.accept', ...what, passphrase: await readPassphrase(io, { isNew: false }) });
  }
}

async function newPassphrase({ io }: VerbContext, { passphrase, passphraseFile }: PassphraseOptions): Promise<{ readonly passphrase?: string }> {
  if (passphrase !== true && passphraseFile === undefined) return {};
  return { passphrase: await readPassphrase(io, { ...(passphraseFile === undefined ? {} : { file: passphraseFile }), isNew: true }) };
}

/** Until interrupted, or the device stops. */
export function transfersWatch(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const { out } = context;
    const stop = context.io.interrupted();
    const names = new Map((await device.dispatch({ type: 'friend.list' })).map(({ peer, name }) => [peer as string, name as string]));
    const nameOf = (peer: string): string => names.get(peer) ?? peer.slice(0, 7);
    const bars = new Bars(out, nameOf, () => performance.now());
    const heard: TransferFact[] = [];
    let hear = (fact: TransferFact): void => void heard.push(fact);
    await device.watch((event) => {
      if (event.type === 'friend.changed') names.set(event.peer, event.name);
      if (!isOfTransfer(event)) return;
      const isDrawn = event.type === 'transfer.progressed' && out.isWatched;
      out.item(event, isDrawn ? undefined : language.fact(event, nameOf));
      hear(event);
    });
    if (out.isWatched) bars.begin(await device.dispatch({ type: 'transfer.list' }));
    hear = (fact) => bars.hear(fact);
    heard.forEach(hear);
    const why = await Promise.race([stop, device.closed]);
    out.endLive();
    if (why !== undefined) throw why;
  });
}

export function transfersShow(context: VerbContext, start: string): Promise<void> {
  return withDevice(context, async (device) => {
    const id = await wholeTransferId(device, start);
    const view = (await device.dispatch({ type: 'transfer.list' })).find((one) => one.id === id);
    if (view === undefined) throw new SansfilError('TRANSFER_UNKNOWN');
    context.out.result(view, transferLines(view, language));
  });
}

const wholeTransferId = (device: ControlClient, start: string): Promise<string> =>
  wholeId(start, async () => (await device.dispatch({ type: 'transfer.list' })).map(({ id }) => id), 'TRANSFER_UNKNOWN', words.transferAmbiguous);

export async function showTransfer({ out }: VerbContext, device: ControlClient, id: string): Promise<void> {
  const view = (await device.dispatch({ type: 'transfer.list' })).find((one) => one.id === id);
  if (view === undefined) throw new SansfilError('TRANSFER_UNKNOWN');
  out.note(standing(view));
  const isHere = view.direction === 'in' && view.state === 'done' && view.paths.length > 0;
  out.result(view, isHere ? [language.listings.savedAs(language.listings.moreFiles(view.paths[0] ?? '', view.paths.length - 1 + (view.morePaths ?? 0)))] : []);
}

/** @throws SansfilError with the transfer's code when it ended otherwise than done. */
export function ended(event: DomainEvent, id: string): true | undefined {
  if (event.type === 'transfer.ended' && event.id === id) throw new SansfilError(event.code, event.item);
  return event.type === 'transfer.completed' && event.id === id ? true : undefined;
}

export function draw(out: Output, event: DomainEvent, id: string): undefined {
  if (!isOfTransfer(event) || event.id !== id) return;
  if (event.type === 'transfer.progressed') out.live([progressLine(event.bytes, event.total, event.bytesPerSecond)]);
  if (event.type === 'transfer.paused' || event.type === 'transfer.interrupted') out.live([language.fact(event, () => words.otherSide) ?? '']);
}

const standing = (view: TransferView): string => words.transferState(shortId(view.id), rests(view) ?? language.states.transfer[view.state]);
