import { SansfilError } from '../../../core/base/errors.js';
import { MESSAGE_TEXT_BYTES_MAX } from '../../../core/base/limits.js';
import type { MessageView } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import type { ControlClient } from '../../../plugins/control-socket/client.js';
import { FactWaiter } from '../../shared/FactWaiter.js';
import { messageLines } from '../../../core/shell/listings.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';
import type { CliIo } from '../io.js';

export interface WaitOptions {
  readonly wait?: boolean;
  readonly timeoutMs?: number;
}

export async function message(context: VerbContext, to: string, parts: readonly string[], options: WaitOptions): Promise<void> {
  const text = parts.length > 0 && !(parts.length === 1 && parts[0] === '-') ? parts.join(' ') : await typed(context);
  // A file piped in by mistake would not even fit into a request.
  if (Buffer.byteLength(text) > MESSAGE_TEXT_BYTES_MAX) throw new SansfilError('MESSAGE_TOO_LONG');
  await withDevice(context, async (device) => {
    if (options.wait !== true) {
      const sent = await device.dispatch({ type: 'message.send', to, text });
      noteState(context, sent);
      return context.out.result(sent, []);
    }
    const facts = await FactWaiter.on(device);
    const sent = await device.dispatch({ type: 'message.send', to, text });
    await facts.until((event) => arrived(event, sent) ?? explain(context, device, sent, event), {
      timeoutMs: options.timeoutMs,
      what: words.messageState(language.states.message.delivered, sent.with),
    });
    const now = await device.dispatch({ type: 'message.show', to, id: sent.id });
    noteState(context, now);
    context.out.result(now, []);
  });
}

export interface HistoryOptions {
  readonly search?: string;
  readonly limit?: number;
  readonly before?: number;
}

export function history(context: VerbContext, name: string, options: HistoryOptions): Promise<void> {
  return withDevice(context, async (device) => {
    const found = await device.dispatch({ type: 'message.history', with: name, ...options });
    if (found.length === 0)
      context.out.note(
        options.search === undefined
          ? language.console.noMessages(name, `sansfil message ${name} ${language.console.args.text}`)
          : words.noneFound(options.search),
      );
    context.out.result(found, found.flatMap(shown));
  });
}

export function read(context: VerbContext, from: string): Promise<void> {
  return withDevice(context, async (device) => {
    const unread = await device.dispatch({ type: 'message.read', from });
    if (unread.length === 0) context.out.note(language.console.nothingUnread(from));
    context.out.result(unread, unread.flatMap(shown));
  });
}

async function typed({ io, out }: { io: CliIo; out: VerbContext['out'] }): Promise<string> {
  if (io.inputIsTerminal) out.note(words.typeText);
  try {
    // With the end of the last line, which is not sent.
    return (await io.readInput(MESSAGE_TEXT_BYTES_MAX + 2)).replace(/\r?\n$/, '');
  } catch (error) {
    if (SansfilError.is(error)) throw error;
    throw new SansfilError('COMMAND_INVALID', words.inputNotText, { cause: error });
  }
}

function arrived(event: DomainEvent, sent: MessageView): true | undefined {
  const there = event.type === 'message.delivered' || (event.type === 'message.read' && event.by === 'peer');
  return there && event.id === sent.id ? true : undefined;
}

/** Says for what we wait, whenever that is tried again. */
function explain(context: VerbContext, device: ControlClient, sent: MessageView, event: DomainEvent): undefined {
  if (event.type !== 'peer.waiting') return;
  device.dispatch({ type: 'message.show', to: sent.with, id: sent.id }).then(
    (now) => noteState(context, now),
    () => undefined, // The wait itself ends with the same failure, and says so.
  );
}

function noteState({ out }: VerbContext, view: MessageView): void {
  if (view.waits === undefined) return out.note(words.messageState(language.states.message[view.state], view.with));
  const { code, retryInMs } = view.waits;
  const retry = retryInMs === undefined ? '' : ` ${language.facts.retryIn(language.duration(retryInMs))}`;
  out.note(words.messageWaits(`${language.failure(code)}${retry}`));
}

const shown = (view: MessageView): string[] => messageLines(view, language, Date.now());
