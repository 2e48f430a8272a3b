import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId, SessionId } from '../../base/ids.js';
import { CATALOGUE_OPEN_MS_MAX, CATALOGUE_PAGE_MS_MAX, CATALOGUE_QUESTIONS_MAX } from '../../base/limits.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { Record } from '../../protocol/frames.js';
import type { OpenSession, Sessions } from '../contracts.js';
import type { Question } from './Answers.js';

export interface QuestionsParts {
  readonly sessions: Sessions;
  readonly clock: Clock;
}

export type Answer = Extract<Record, { readonly type: 'shares' | 'contents' }>;

/** A question on its way, or one that nobody waits for any more and whose answer may still come. */
interface Asked {
  readonly expects: Answer['type'];
  settle(page: Uint8Array): void;
  fail(error: SansfilError): void;
}

/** Somebody who waits for a session. */
interface Caller {
  readonly peer: PeerId;
  come(session: OpenSession): void;
  fail(error: SansfilError): void;
}

const REASON = 'catalogue';
/** Sessions that may end under one question before it is given up. */
const SESSIONS_TRIED_MAX = 3;

/** Asks friends for pages: opens a session when there is none, waits so long and no longer, and knows which answer is whose. */
export class Questions {
  readonly #asked = new Map<SessionId, Map<number, Asked>>();
  readonly #callers = new Set<Caller>();
  /** How many want a session with that peer. */
  readonly #wants = new Map<PeerId, number>();
  /** One question after the other to each peer. */
  readonly #turns = new Map<PeerId, Promise<unknown>>();
  #count = 0;
  #stopped = false;

  constructor(private readonly parts: QuestionsParts) {}

  /** While `work` runs a session with that peer is wanted. */
  async wanting<T>(peer: PeerId, work: () => Promise<T>): Promise<T> {
    const { sessions } = this.parts;
    this.#wants.set(peer, (this.#wants.get(peer) ?? 0) + 1);
    sessions.want(peer, REASON);
    // Somebody is waiting now, whatever was tried before.
    if (!sessions.open(peer)) sessions.nudge(peer);
    try {
      return await work();
    } finally {
      const left = (this.#wants.get(peer) ?? 1) - 1;
      if (left > 0) this.#wants.set(peer, left);
      else {
        this.#wants.delete(peer);
        sessions.unwant(peer, REASON);
      }
    }
  }

  /**
   * One page; `decode` is given bytes that are only valid during the call, and what it throws ends the session unless
   * only a name is unsafe.
   * @throws SansfilError PEER_OFFLINE | PEER_SILENT | STOPPED, and what `decode` throws
   */
  ask<T>(peer: PeerId, of: (question: number) => Question, decode: (page: Uint8Array) => T): Promise<T> {
    const before = this.#turns.get(peer) ?? Promise.resolve();
    const asked = before.then(() => this.#ask(peer, of, decode));
    const turn = asked.then(
      () => undefined,
      () => undefined, // Whoever asked is told.
    );
    this.#turns.set(peer, turn);
    void turn.then(() => this.#turns.get(peer) === turn && this.#turns.delete(peer));
    return asked;
  }

  opened(session: OpenSession): void {
    this.#asked.set(session.id, new Map());
    for (const caller of [...this.#callers]) if (caller.peer === session.peer) caller.come(session);
  }

  /** @throws SansfilError FRAME_UNEXPECTED for an answer to nothing, and what its decoder throws */
  answered(session: OpenSession, { type, question, page }: Answer): void {
    const asked = this.#asked.get(session.id);
    const one = asked?.get(question);
    if (!asked || one?.expects !== type) throw new SansfilError('FRAME_UNEXPECTED', 'an answer to a question that was not asked');
    asked.delete(question);
    one.settle(page);
  }

  closed(session: OpenSession): void {
    const asked = this.#asked.get(session.id);
    this.#asked.delete(session.id);
    for (const one of asked?.values() ?? []) one.fail(new SansfilError('LINK_CLOSED'));
  }

  /** A round of calls to that peer was in vain. */
  unreachable(peer: PeerId, code: ErrorCode): void {
    for (const caller of [...this.#callers])
      if (caller.peer === peer) caller.fail(new SansfilError('PEER_OFFLINE', undefined, { cause: new SansfilError(code) }));
  }

  /** That person is no friend any more. */
  forget(peer: PeerId): void {
    for (const caller of [...this.#callers]) if (caller.peer === peer) caller.fail(new SansfilError('FRIEND_UNKNOWN'));
  }

  stop(): void {
    this.#stopped = true;
    for (const asked of this.#asked.values()) for (const one of asked.values()) one.fail(new SansfilError('STOPPED'));
    this.#asked.clear();
    for (const caller of [...this.#callers]) caller.fail(new SansfilError('STOPPED'));
  }

  async #ask<T>(peer: PeerId, of: (question: number) => Question, decode: (page: Uint8Array) => T): Promise<T> {
    for (let tried = 1; ; tried++) {
      const session = await this.#session(peer);
      try {
        return await this.#put(session, of, decode);
      } catch (error) {
        // The session ended, or was replaced by a newer one, in the middle of it.
        if (!SansfilError.is(error) || error.code !== 'LINK_CLOSED') throw error;
        if (tried === SESSIONS_TRIED_MAX) throw new SansfilError('PEER_OFFLINE', undefined, { cause: error });
      }
    }
  }

  #session(peer: PeerId): Promise<OpenSession> {
    if (this.#stopped) return Promise.reject(new SansfilError('STOPPED'));
    const open = this.parts.sessions.open(peer);
    if (open && this.#asked.has(open.id)) return Promise.resolve(open);
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.parts.clock.clearTimeout(timer);
        this.#callers.delete(caller);
      };
      const caller: Caller = {
        peer,
        come: (session) => {
          done();
          resolve(session);
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
      const timer: Timer = this.parts.clock.setTimeout(() => caller.fail(new SansfilError('PEER_OFFLINE')), CATALOGUE_OPEN_MS_MAX);
      this.#callers.add(caller);
    });
  }

  #put<T>(session: OpenSession, of: (question: number) => Question, decode: (page: Uint8Array) => T): Promise<T> {
    const asked = this.#asked.get(session.id);
    if (!asked) return Promise.reject(new SansfilError('LINK_CLOSED'));
    // Those nobody answered in time count: asking on would be more than the friend has to keep.
    if (asked.size >= CATALOGUE_QUESTIONS_MAX) return Promise.reject(new SansfilError('PEER_SILENT'));
    const question = (this.#count = (this.#count + 1) >>> 0);
    const record = of(question);
    return new Promise<T>((resolve, reject) => {
      const timer = this.parts.clock.setTimeout(() => reject(new SansfilError('PEER_SILENT')), CATALOGUE_PAGE_MS_MAX);
      asked.set(question, {
        expects: record.type === 'browse' ? 'shares' : 'contents',
        settle: (page) => {
          this.parts.clock.clearTimeout(timer);
          try {
            resolve(decode(page));
          } catch (error) {
            const failure = SansfilError.from(error);
            reject(failure);
            // Another version of Unicode may judge a name otherwise: that is no reason to end a session.
            if (failure.code !== 'FILE_NAME_UNSAFE') throw failure;
          }
        },
        fail: (error) => {
          this.parts.clock.clearTimeout(timer);
          reject(error);
        },
      });
      session.send(record);
    });
  }
}
