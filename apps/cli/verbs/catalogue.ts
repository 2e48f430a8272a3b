import { resolve } from 'node:path';
import { SansfilError } from '../../../core/base/errors.js';
import type { ShareView } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { filesOf, sharesOf } from '../../../core/shell/browsing.js';
import { browseTable, filesTable, shareTable, shortId } from '../../../core/shell/listings.js';
import type { ControlClient } from '../../../plugins/control-socket/client.js';
import { FactWaiter } from '../../shared/FactWaiter.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';
import type { Output } from '../Output.js';
import { wholeId } from '../../../core/shell/wholeId.js';
import { progressLine } from './progress.js';

export function shareList(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const all = await device.dispatch({ type: 'share.list' });
    if (all.length === 0) context.out.note(words.noShares);
    context.out.result(all, all.length === 0 ? [] : shareTable(all, language));
    for (const share of all) noteProblems(context.out, share);
  });
}

export function shareAdd(context: VerbContext, path: string, wait: boolean): Promise<void> {
  const { out } = context;
  // The device has a working folder of its own.
  const absolute = resolve(path);
  return withDevice(context, async (device) => {
    const facts = wait ? await FactWaiter.on(device) : undefined;
    const added = await device.dispatch({ type: 'share.add', path: absolute });
    if (facts === undefined) {
      out.note(words.shareWhileRead(shortId(added.id)));
      return out.result(added, []);
    }
    try {
      await facts.until((event) => settled(event, added.id) ?? draw(out, event, added.id), { what: words.shareReading });
    } finally {
      out.endLive();
    }
    const share = await shareNamed(device, added.id);
    out.note(words.shareReady(shortId(share.id), share.name, language.facts.files(share.items), language.bytes(share.bytes)));
    noteProblems(out, share);
    out.result(share, []);
  });
}

export function shareRemove(context: VerbContext, start: string): Promise<void> {
  return withDevice(context, async (device) => {
    const ids = async (): Promise<readonly string[]> => (await device.dispatch({ type: 'share.list' })).map(({ id }) => id);
    const gone = await device.dispatch({ type: 'share.remove', id: await wholeId(start, ids, 'SHARE_UNKNOWN', words.shareAmbiguous) });
    context.out.note(language.console.shareRemoved(shortId(gone.id)));
    context.out.result(gone, []);
  });
}

export function browse(context: VerbContext, name: string, start: string | undefined): Promise<void> {
  const { out } = context;
  return withDevice(context, async (device) => {
    if (start === undefined) {
      const shares = await sharesOf(device, name);
      if (shares.length === 0) out.note(language.console.noSharesOf(name));
      out.result(shares, shares.length === 0 ? [] : browseTable(shares, language));
      if (shares.length > 0) out.note(language.console.browseNext(`sansfil browse ${name} ID`));
      return;
    }
    const files = await filesOf(device, name, await wholeShareId(device, name, start));
    if (files.length === 0) out.note(language.console.emptyShare);
    out.result(files, files.length === 0 ? [] : filesTable(files, language, Date.now()));
  });
}

/** Of a friend's share. @throws SansfilError ID_INVALID | SHARE_UNKNOWN */
export function wholeShareId(device: ControlClient, name: string, start: string): Promise<string> {
  return wholeId(start, async () => (await sharesOf(device, name)).map(({ id }) => id), 'SHARE_UNKNOWN', words.shareAmbiguous);
}

/** @throws SansfilError with the code of the share when nothing of it can be read, or when it is removed meanwhile. */
function settled(event: DomainEvent, id: string): true | undefined {
  if (event.type === 'share.failed' && event.id === id) throw new SansfilError(event.code);
  if (event.type === 'share.removed' && event.id === id) throw new SansfilError('SHARE_UNKNOWN');
  return event.type === 'share.ready' && event.id === id ? true : undefined;
}

function draw(out: Output, event: DomainEvent, id: string): undefined {
  if (event.type !== 'share.progressed' || event.id !== id) return;
  const { bytes, total, bytesPerSecond } = event;
  out.live([progressLine(bytes, total, bytesPerSecond)]);
}

async function shareNamed(device: ControlClient, id: string): Promise<ShareView> {
  const share = (await device.dispatch({ type: 'share.list' })).find((one) => one.id === id);
  if (share === undefined) throw new SansfilError('SHARE_UNKNOWN');
  return share;
}

function noteProblems(out: Output, { refused, problems }: ShareView): void {
  for (const { name, code } of problems) out.note(language.console.leftOut(name, language.failure(code)));
  if (refused > problems.length) out.note(words.moreProblems(refused - problems.length));
}
