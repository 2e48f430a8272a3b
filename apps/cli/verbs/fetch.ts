import { resolve } from 'node:path';
import { shortId } from '../../../core/shell/listings.js';
import { FactWaiter } from '../../shared/FactWaiter.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';
import { wholeShareId } from './catalogue.js';
import { draw, ended, showTransfer } from './files.js';
import type { WaitOptions } from './messages.js';

/** What a friend shares, or what is named of it, from everybody who has it. */
export function fetch(
  context: VerbContext,
  name: string,
  start: string,
  paths: readonly string[],
  { to, wait, timeoutMs }: WaitOptions & { readonly to?: string },
): Promise<void> {
  const { out } = context;
  // The device has a working folder of its own.
  const into = to === undefined ? {} : { into: resolve(to) };
  return withDevice(context, async (device) => {
    const id = await wholeShareId(device, name, start);
    const facts = wait === true ? await FactWaiter.on(device) : undefined;
    const view = await device.dispatch({ type: 'share.fetch', name, id, ...(paths.length === 0 ? {} : { items: [...paths] }), ...into });
    if (facts === undefined) {
      out.note(words.fetching(view.with, shortId(view.id)));
      return out.result(view, []);
    }
    try {
      await facts.until((event) => ended(event, view.id) ?? draw(out, event, view.id), {
        timeoutMs,
        what: words.transferState(shortId(view.id), language.states.transfer.done),
      });
    } finally {
      out.endLive();
    }
    await showTransfer(context, device, view.id);
  });
}
