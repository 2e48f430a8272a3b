import type { MessageStore } from '../../core/ports/stores.js';

interface Waiting {
  readonly name: keyof MessageStore;
  go(): void;
  fail(error: Error): void;
}

/**
 * A store whose disk is the spec's: every call waits until it is let through, one by one and in order, or is made to
 * fail. While the gate is open calls pass at once.
 */
export class GatedMessageStore implements MessageStore {
  readonly #waiting: Waiting[] = [];
  #open: boolean;

  constructor(
    private readonly store: MessageStore,
    open = true,
  ) {
    this.#open = open;
  }

  readonly queue: MessageStore['queue'] = (...args) => this.#pass('queue', () => this.store.queue(...args));
  readonly markRead: MessageStore['markRead'] = (...args) => this.#pass('markRead', () => this.store.markRead(...args));
  readonly outbox: MessageStore['outbox'] = (...args) => this.#pass('outbox', () => this.store.outbox(...args));
  readonly outboxPeers: MessageStore['outboxPeers'] = () => this.#pass('outboxPeers', () => this.store.outboxPeers());
  readonly markSent: MessageStore['markSent'] = (...args) => this.#pass('markSent', () => this.store.markSent(...args));
  readonly acknowledged: MessageStore['acknowledged'] = (...args) => this.#pass('acknowledged', () => this.store.acknowledged(...args));
  readonly receive: MessageStore['receive'] = (...args) => this.#pass('receive', () => this.store.receive(...args));
  readonly receiveReceipt: MessageStore['receiveReceipt'] = (...args) => this.#pass('receiveReceipt', () => this.store.receiveReceipt(...args));
  readonly get: MessageStore['get'] = (...args) => this.#pass('get', () => this.store.get(...args));
  readonly history: MessageStore['history'] = (...args) => this.#pass('history', () => this.store.history(...args));
  readonly unread: MessageStore['unread'] = (...args) => this.#pass('unread', () => this.store.unread(...args));
  readonly counts: MessageStore['counts'] = () => this.#pass('counts', () => this.store.counts());
  readonly forget: MessageStore['forget'] = (...args) => this.#pass('forget', () => this.store.forget(...args));

  /** The calls that wait, oldest first. */
  get waiting(): readonly (keyof MessageStore)[] {
    return this.#waiting.map(({ name }) => name);
  }

  shut(): void {
    this.#open = false;
  }

  /** Lets everything through from now on. */
  open(): void {
    this.#open = true;
    while (this.#waiting.length > 0) this.letOne();
  }

  letOne(): void {
    this.#waiting.shift()?.go();
  }

  failOne(error: Error): void {
    this.#waiting.shift()?.fail(error);
  }

  /** The process is gone, and with it whatever had not reached the disk. Nothing passes any more. */
  crash(): void {
    this.#open = false;
    this.#waiting.length = 0;
  }

  #pass<T>(name: keyof MessageStore, call: () => Promise<T>): Promise<T> {
    if (this.#open) return call();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ name, go: () => void call().then(resolve, reject), fail: reject });
    });
  }
}
