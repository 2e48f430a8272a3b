import type { Actor } from 'xstate';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId, SessionId } from '../../base/ids.js';
import { BULK_SIGN_MS, EARLY_FRAMES_MAX, RECORD_PLAINTEXT_BYTES_MAX } from '../../base/limits.js';
import type { Mood } from '../../base/moods.js';
import type { HandshakeRole } from '../../crypto/noise/handshakeState.js';
import type { SessionOutput, sessionMachine } from '../../machines/session/session.machine.js';
import type { Clock } from '../../ports/clock.js';
import type { Link } from '../../ports/transport.js';
import { decodeRecord } from '../../protocol/codec.js';
import { RECORD_TYPES, type CloseReason, type Record } from '../../protocol/frames.js';
import { decodeSessionFrame } from '../../protocol/sessionFrames.js';
import { bindSession, type SessionEffects } from '../bindSession.js';
import type { Census } from '../Census.js';
import type { SessionKeys } from '../handshake/exchange.js';
import { codeOfClosed, type Successor } from '../handshake/handshakeHost.js';
import { KeyBudget } from './KeyBudget.js';
import { RecordSender } from './RecordSender.js';
import type { HostedSession, SessionHost } from './sessionHost.js';
import { SignOfLife } from './SignOfLife.js';

export interface SessionParts {
  readonly id: SessionId;
  readonly link: Link;
  readonly keys: SessionKeys;
  readonly clock: Clock;
  readonly census: Census;
  readonly host: SessionHost;
  /** What is left of the time for the handshake, for READY of the peer. */
  readonly confirmMs: number;
}

const ECHO: Uint8Array = new Uint8Array(8);

/** One session: its keys, its link and its machine. Consumers see it as `OpenSession` once it is adopted. */
export class LinkSession implements HostedSession, Successor {
  readonly id: SessionId;
  readonly peer: PeerId;
  readonly role: HandshakeRole;
  readonly suite: number;
  readonly #sender: RecordSender;
  readonly #received = new KeyBudget(() => this.#actor.send({ type: 'keys.spent' }));
  readonly #life: SignOfLife;
  readonly #actor: Actor<typeof sessionMachine>;
  #stage: 'new' | 'contesting' | 'open' | 'ended' = 'new';
  #openedMs: number | undefined;
  /** When consumers were told last that the peer is alive. */
  #aliveMs = Number.NEGATIVE_INFINITY;
  #echo = ECHO;
  #pauses = 0;
  /** Frames that came while it was not decided whether this is the session; most links wait because they are paused. */
  readonly #held: Uint8Array[] = [];

  constructor(private readonly parts: SessionParts) {
    const { id, link, keys, clock, confirmMs } = parts;
    this.id = id;
    this.peer = keys.peer;
    this.role = keys.role;
    this.suite = keys.suite;
    this.#sender = new RecordSender(link, keys.send, {
      overfull: () => this.#actor.send({ type: 'link.overfull' }),
      spent: () => this.#actor.send({ type: 'keys.spent' }),
      exhausted: () => this.#actor.send({ type: 'keys.exhausted' }),
    });
    this.#life = new SignOfLife(clock, () => this.#actor.send({ type: 'link.heard' }));
    this.#actor = bindSession(this.#effects(), clock, confirmMs);
  }

  // ── for the registry ─────────────────────────────────────────────────────────────────────────
  start(): void {
    this.parts.census.start(this.#actor, {
      completed: () => this.parts.host.gone(this),
      failed: (error) => {
        this.parts.host.fault('session', error);
        if (this.#stage !== 'ended') this.#end({ mood: 'errory', code: 'BUG', farewell: null });
        this.parts.host.gone(this);
      },
    });
  }

  get wasOpen(): boolean {
    return this.#openedMs !== undefined;
  }

  get openMs(): number {
    return this.#openedMs === undefined ? 0 : this.parts.clock.monotonic() - this.#openedMs;
  }

  adopt(announce: () => void): void {
    if (this.#stage !== 'new' && this.#stage !== 'contesting') return;
    const held = this.#stage === 'contesting';
    this.#stage = 'open';
    this.#openedMs = this.parts.clock.monotonic();
    this.#actor.send({ type: 'rivalry.won' });
    announce();
    if (!held) return;
    for (const frame of this.#held.splice(0)) this.frame(frame);
    // A consumer may have paused it from its first moment on.
    if (this.#pauses === 0) this.parts.link.resume();
  }

  contest(): void {
    this.#stage = 'contesting';
    this.parts.link.pause();
    this.#actor.send({ type: 'rivalry.contested' });
  }

  concede(): void {
    this.#actor.send({ type: 'rivalry.lost' });
  }

  probe(onHeard: () => void): void {
    this.#life.once(onHeard);
    this.#sender.send({ type: 'ping', echo: ECHO });
  }

  guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#refuse(SansfilError.from(error));
    }
  }

  // ── for consumers ────────────────────────────────────────────────────────────────────────────
  send(record: Record): boolean {
    return this.#stage === 'open' && this.#sender.send(record);
  }

  sendBulk(stream: number, bytes: Uint8Array, taken: () => void): boolean {
    if (this.#stage === 'open') return this.#sender.sendBulk(stream, bytes, taken);
    taken();
    return false;
  }

  pause(): void {
    if (this.#stage !== 'open' || this.#pauses++ > 0) return;
    this.parts.link.pause();
    this.#actor.send({ type: 'reading.paused' });
  }

  resume(): void {
    if (this.#stage !== 'open' || this.#pauses === 0 || --this.#pauses > 0) return;
    this.#actor.send({ type: 'reading.resumed' });
    this.parts.link.resume();
  }

  close(mood: Mood, code: ErrorCode | null): void {
    this.#actor.send({ type: 'close.requested', mood, code });
  }

  // ── for the link ─────────────────────────────────────────────────────────────────────────────
  frame(bytes: Uint8Array): void {
    if (this.#stage === 'ended') return;
    if (this.#stage === 'contesting') return this.#hold(bytes);
    this.guarded(() => {
      const frame = decodeSessionFrame(bytes);
      if (frame.kind === 'record') this.#readRecord(frame.ciphertext);
      else this.#readBulk(frame.stream, frame.bytes);
    });
  }

  drained(): void {
    this.#sender.drained();
    if (this.#stage !== 'open') return;
    for (const consumer of this.parts.host.consumers) this.guarded(() => consumer.drained(this));
  }

  closed(why: Error | undefined): void {
    this.#actor.send({ type: 'link.closed', code: codeOfClosed(why) });
  }

  // ── inside ───────────────────────────────────────────────────────────────────────────────────
  #readRecord(ciphertext: Uint8Array): void {
    const record = decodeRecord(this.parts.keys.receive.open(ciphertext));
    this.#received.use(ciphertext.length);
    this.#life.proof();
    if (record.type !== 'close') this.#tellAlive();
    switch (record.type) {
      case 'ping':
        this.#echo = record.echo;
        return this.#actor.send({ type: 'record.ping' });
      case 'ready':
      case 'pong':
        return this.#actor.send({ type: `record.${record.type}` });
      case 'close':
        return this.#actor.send({ type: 'record.close', reason: record.reason });
      default:
        return this.#route(record);
    }
  }

  #tellAlive(): void {
    const now = this.parts.clock.monotonic();
    if (this.#stage !== 'open' || now - this.#aliveMs < BULK_SIGN_MS) return;
    this.#aliveMs = now;
    for (const consumer of this.parts.host.consumers) consumer.alive?.(this);
  }

  #route(record: Record): void {
    if (this.#stage !== 'open') throw new SansfilError('FRAME_UNEXPECTED', `a ${record.type} record before READY`);
    // Nothing is done with contact secrets yet; types this version does not know are passed over above 0x80 [P-3.11].
    if (record.type === 'unknown' || record.type === 'contactSecret') return;
    const consumer = this.parts.host.consumerOf(RECORD_TYPES[record.type]);
    if (!consumer) throw new SansfilError('RECORD_UNKNOWN', `nobody here takes ${record.type} records`);
    consumer.record(this, record);
  }

  #readBulk(stream: number, bytes: Uint8Array): void {
    const consumer = this.parts.host.bulkConsumer;
    if (this.#stage !== 'open' || !consumer?.bulk) throw new SansfilError('FRAME_UNEXPECTED', 'bulk bytes nobody waits for');
    this.#life.note();
    consumer.bulk(this, stream, bytes);
  }

  #hold(bytes: Uint8Array): void {
    this.#held.push(bytes.slice());
    if (this.#held.length > EARLY_FRAMES_MAX) this.#actor.send({ type: 'record.refused', code: 'FRAME_UNEXPECTED' });
  }

  /** What the peer or its link did ends the session by name; what we did wrong is reported as well. */
  #refuse(error: SansfilError): void {
    if (error.blame === 'peer' || error.code === 'SESSION_EXPIRED') return this.#actor.send({ type: 'record.refused', code: error.code });
    this.#fault(error);
  }

  #fault(error: SansfilError): void {
    this.parts.host.fault('session', error);
    this.#actor.send({ type: 'fault', code: error.code });
  }

  #effects(): SessionEffects {
    const { host } = this.parts;
    return {
      sendReady: () => void this.#sender.send({ type: 'ready', maxRecord: RECORD_PLAINTEXT_BYTES_MAX, features: 0 }),
      sendPing: () => void this.#sender.send({ type: 'ping', echo: ECHO }),
      answerPing: () => void this.#sender.send({ type: 'pong', echo: this.#echo }),
      arbitrate: () => host.arbitrate(this),
      claim: () => host.claim(this),
      renew: () => host.renew(this),
      end: (ending) => this.#end(ending),
      failed: (error) => this.#fault(error),
    };
  }

  #end({ mood, code, farewell }: SessionOutput & { readonly farewell: CloseReason | null }): void {
    this.#stage = 'ended';
    this.#held.length = 0;
    try {
      if (farewell !== null) this.#sender.send({ type: 'close', reason: farewell });
    } catch (error) {
      this.parts.host.fault('session', SansfilError.from(error));
    }
    this.parts.link.close().catch((error: unknown) => this.parts.host.fault('link', SansfilError.from(error)));
    this.parts.host.ended(this, { mood, code });
  }
}
