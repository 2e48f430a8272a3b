import type { Actor } from 'xstate';
import { assert } from '../../base/assert.js';
import { fromHex } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import type { MessageId } from '../../base/ids.js';
import type { LoadedWindow, MessagingEvent, messagingMachine, WindowAsk } from '../../machines/messaging/messaging.machine.js';
import type { Clock } from '../../ports/clock.js';
import type { OutboxEntry } from '../../ports/stores.js';
import { bindMessaging, type MessagingEffects } from '../bindMessaging.js';
import type { Census } from '../Census.js';
import type { OpenSession } from '../contracts.js';

/** What a window needs from the conversation it belongs to. */
export interface WindowPorts {
  load(after: number, limit: number): Promise<readonly OutboxEntry[]>;
  /** The link took the message. */
  sent(id: MessageId): void;
  /** Nothing of the outbox is left to send or to be acknowledged. */
  drained(): void;
  failed(error: SansfilError): void;
}

/** The messaging machine of one session with its effects, and the bytes the machine must not hold. */
export class OutboundWindow {
  readonly #contents = new Map<MessageId, Uint8Array>();
  readonly #actor: Actor<typeof messagingMachine>;
  #failure: SansfilError | undefined;

  constructor(
    readonly session: OpenSession,
    private readonly ports: WindowPorts,
    clock: Clock,
    private readonly census: Census,
  ) {
    this.#actor = bindMessaging(this.#effects(), clock);
  }

  start(): void {
    this.census.start(this.#actor, {
      completed: () => {
        if (this.#actor.getSnapshot().output?.mood === 'errory')
          this.ports.failed(this.#failure ?? new SansfilError('BUG', 'a window failed without a reason'));
      },
      failed: (error) => this.ports.failed(error),
    });
  }

  grew(): void {
    this.#tell({ type: 'outbox.grew' });
  }

  drained(): void {
    this.#tell({ type: 'link.drained' });
  }

  acknowledged(ids: readonly MessageId[]): void {
    for (const id of ids) this.#contents.delete(id);
    this.#tell({ type: 'acks.committed', ids });
  }

  close(): void {
    this.#tell({ type: 'session.closed' });
    this.#contents.clear();
  }

  /** A window that ended hears nothing more: what comes late is about a session that is gone. */
  #tell(event: MessagingEvent): void {
    if (this.#actor.getSnapshot().status === 'active') this.#actor.send(event);
  }

  #effects(): MessagingEffects {
    return {
      transmit: (id) => this.#transmit(id),
      outboxDrained: () => this.ports.drained(),
      loadWindow: (ask) => this.#load(ask),
      failed: (error) => this.ports.failed(error),
    };
  }

  async #load({ after, limit }: WindowAsk): Promise<LoadedWindow> {
    try {
      const entries = await this.ports.load(after, limit);
      for (const { id, content } of entries) this.#contents.set(id, content);
      return { ids: entries.map(({ id }) => id), position: entries.at(-1)?.position ?? after, full: entries.length === limit };
    } catch (error) {
      this.#failure = SansfilError.from(error, 'STORE_FAILED');
      throw this.#failure;
    }
  }

  #transmit(id: MessageId | undefined): void {
    assert(id !== undefined, 'there is a message to send');
    const content = this.#contents.get(id);
    if (content === undefined) {
      // Acknowledged when it had been read from the store and the machine had not heard of it yet.
      this.#actor.send({ type: 'acks.committed', ids: [id] });
      return this.#actor.send({ type: 'record.taken', id, full: false });
    }
    this.#contents.delete(id);
    const open = this.session.send({ type: 'msg', id: fromHex(id), content });
    this.#actor.send({ type: 'record.taken', id, full: !open });
    this.ports.sent(id);
  }
}
