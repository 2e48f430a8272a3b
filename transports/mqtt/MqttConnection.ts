import type { MqttClient } from 'mqtt';
import {
  DIRECTORY_GOODBYE_MS_MAX,
  DIRECTORY_REQUEST_BYTES_MAX,
  DIRECTORY_REQUEST_MS_MAX,
  encodeRequest,
  fromUtf8,
  parseAnswer,
  parseTopic,
  PRESENCE_RECORD_BYTES_MAX,
  SansfilError,
  topicOf,
  type DirectoryConnection,
  type DirectoryHandler,
  type Topic,
} from '../../core/index.js';

interface Pending {
  readonly settle: (result: unknown, error?: SansfilError) => void;
  readonly timer: NodeJS.Timeout;
}

const PENDING_MAX = 64;
const SUBSCRIBE_DENIED = 128;

/** One MQTT connection as the engine knows it. What the broker sends is bounded, parsed, and otherwise dropped and counted. */
export class MqttConnection implements DirectoryConnection {
  readonly #pending = new Map<number, Pending>();
  readonly #up: string;
  readonly #down: readonly string[];
  #ids = 0;
  #listening = false;
  #closing = false;
  #why: Error | undefined;
  /** Messages of the broker that made no sense. */
  dropped = 0;

  constructor(
    private readonly client: MqttClient,
    clientId: string,
    tag: string | undefined,
    private readonly handler: DirectoryHandler,
    private readonly requestMs: number = DIRECTORY_REQUEST_MS_MAX,
  ) {
    const way = (direction: 'up' | 'down'): Topic => (tag === undefined ? { kind: 'login', way: direction, clientId } : { kind: 'rpc', way: direction, tag });
    this.#up = topicOf(way('up'));
    const own = tag === undefined ? [] : [topicOf({ kind: 'inbox', tag }), topicOf({ kind: 'presence', tag })];
    this.#down = [topicOf(way('down')), ...own];
    client.on('message', (topic, payload) => this.#message(topic, payload));
    client.on('error', (error) => (this.#why ??= error));
    client.once('close', () => this.#closed());
  }

  /** Subscribes to what is ours; from here on the handler hears of the end. */
  async listen(): Promise<void> {
    const granted = await this.#subscribe(this.#down);
    if (!granted.every(Boolean)) throw new SansfilError('DIRECTORY_REFUSED', 'the broker does not allow our own topics');
    this.#listening = true;
    if (!this.client.connected) throw new SansfilError('DIRECTORY_UNREACHABLE');
  }

  /** Before `listen` was through: nobody is told. */
  abandon(): void {
    this.#closing = true;
    this.#listening = false;
    this.client.end(true);
  }

  request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (!this.client.connected) return Promise.reject(new SansfilError('DIRECTORY_UNREACHABLE'));
    if (this.#pending.size >= PENDING_MAX) return Promise.reject(new SansfilError('RATE_LIMITED'));
    const id = ++this.#ids;
    const bytes = encodeRequest({ id, method, params });
    if (bytes.length > DIRECTORY_REQUEST_BYTES_MAX) return Promise.reject(new SansfilError('REQUEST_TOO_LARGE'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, undefined, new SansfilError('DIRECTORY_TIMEOUT')), this.requestMs);
      const settle: Pending['settle'] = (result, error) => (error ? reject(error) : resolve(result));
      this.#pending.set(id, { settle, timer });
      this.#publish(this.#up, bytes, false).catch((error: unknown) => this.#settle(id, undefined, SansfilError.from(error)));
    });
  }

  async publishPresence(record: Uint8Array): Promise<void> {
    const [, , presence] = this.#down;
    if (presence === undefined) throw new SansfilError('NOT_LOGGED_IN');
    await this.#publish(presence, record, true);
  }

  /** A tag that is denied is simply not heard of: the directory forgot a friendship that we remember. */
  async watchPresence(tags: readonly string[]): Promise<void> {
    if (tags.length > 0) await this.#subscribe(tags.map((tag) => topicOf({ kind: 'presence', tag })));
  }

  async unwatchPresence(tags: readonly string[]): Promise<void> {
    const topics = tags.map((tag) => topicOf({ kind: 'presence', tag }));
    if (topics.length > 0) await this.#within((done) => this.client.unsubscribe(topics, (error) => done(error)));
  }

  async close(): Promise<void> {
    this.#closing = true;
    await new Promise<void>((resolve) => {
      // A broker that takes nothing cannot hold us up. The library's own end, once begun, cannot be forced any more.
      const timer = setTimeout(() => this.client.stream.destroy(), Math.min(this.requestMs, DIRECTORY_GOODBYE_MS_MAX));
      const gone = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (this.client.stream.destroyed) return gone();
      this.client.once('close', gone);
      this.client.end(false, gone);
    });
  }

  async #subscribe(topics: readonly string[]): Promise<readonly boolean[]> {
    let granted: readonly boolean[] = topics.map(() => false);
    await this.#within((done) =>
      this.client.subscribe([...topics], { qos: 1 }, (error, _grants, packet) => {
        // The library calls one denied topic an error of all of them; the packet says which.
        if (packet) granted = packet.granted.map((code) => Number(code) < SUBSCRIBE_DENIED);
        done(packet ? undefined : error);
      }),
    );
    return granted;
  }

  #publish(topic: string, payload: Uint8Array, retain: boolean): Promise<void> {
    return this.#within((done) => this.client.publish(topic, Buffer.from(payload), { qos: 1, retain }, (error) => done(error)));
  }

  /** The library's callback, bounded in time: a broker that never acknowledges is no broker. */
  #within(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new SansfilError('DIRECTORY_TIMEOUT'));
      const timer = setTimeout(fail, this.requestMs);
      const gone = (): void => {
        clearTimeout(timer);
        reject(new SansfilError('DIRECTORY_UNREACHABLE'));
      };
      this.client.once('close', gone);
      start((error) => {
        clearTimeout(timer);
        this.client.off('close', gone);
        if (error) reject(new SansfilError('DIRECTORY_UNREACHABLE', error.message, { cause: error }));
        else resolve();
      });
    });
  }

  #message(text: string, payload: Uint8Array): void {
    const topic = parseTopic(text);
    if (topic?.kind === 'presence' && payload.length <= PRESENCE_RECORD_BYTES_MAX) this.handler.presence(topic.tag, Uint8Array.from(payload));
    else if (text === this.#down[0]) this.#answer(payload);
    else if (text === this.#down[1]) this.#notice(payload);
    else this.dropped++;
  }

  #notice(payload: Uint8Array): void {
    const body = payload.length <= DIRECTORY_REQUEST_BYTES_MAX ? parsed(() => JSON.parse(fromUtf8(payload)) as unknown) : undefined;
    if (body === undefined) this.dropped++;
    else this.handler.notice(body);
  }

  /** A malformed answer is dropped: the request it may have been for times out, nothing else is lost. */
  #answer(payload: Uint8Array): void {
    const answer = parsed(() => parseAnswer(payload));
    if (typeof answer?.id !== 'number' || !this.#pending.has(answer.id)) this.dropped++;
    else if ('error' in answer) this.#settle(answer.id, undefined, answer.error);
    else this.#settle(answer.id, answer.result);
  }

  #settle(id: number, result: unknown, error?: SansfilError): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.settle(result, error);
  }

  #closed(): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id, undefined, new SansfilError('DIRECTORY_UNREACHABLE'));
    if (!this.#listening) return;
    const lost = new SansfilError('DIRECTORY_UNREACHABLE', 'the connection to the directory was lost', { cause: this.#why });
    this.handler.closed(this.#closing ? undefined : lost);
  }
}

/** Undefined for what cannot be parsed. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
