import { toHex } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { parseShareId, type PeerId, type SessionId } from '../../base/ids.js';
import { CATALOGUE_PAGE_ITEMS, CATALOGUE_PAGES_BURST, CATALOGUE_PAGES_PER_SECOND, CATALOGUE_QUESTIONS_MAX } from '../../base/limits.js';
import { RateLimits } from '../../directory/rateLimits.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { ShareItem, ShareStore } from '../../ports/shareStore.js';
import { encodeItems, encodeShares, UNKNOWN_SHARE } from '../../protocol/cataloguePages.js';
import type { Record } from '../../protocol/frames.js';
import type { OpenSession } from '../contracts.js';
import type { Share, ShareBook } from './ShareBook.js';

export type Question = Extract<Record, { readonly type: 'browse' | 'browseShare' }>;

export interface AnswersParts {
  readonly book: ShareBook;
  readonly store: ShareStore;
  readonly clock: Clock;
  /** Whether that device is a friend's at this moment. */
  readonly isFriend: (peer: PeerId) => boolean;
  readonly fault: (error: unknown) => void;
}

/** Between two looks at whether the rate allows one more page. */
const PACE_MS = Math.ceil(1_000 / CATALOGUE_PAGES_PER_SECOND);

/** Tells friends what is shared, one page at a time, and no faster than they may ask (PROTOCOL [P-6.23]). */
export class Answers {
  readonly #desks = new Map<SessionId, Desk>();
  readonly #rate: RateLimits;

  constructor(private readonly parts: AnswersParts) {
    this.#rate = new RateLimits(parts.clock, CATALOGUE_PAGES_BURST, CATALOGUE_PAGES_PER_SECOND);
  }

  opened(session: OpenSession): void {
    this.#desks.set(session.id, new Desk(session, this.parts, this.#rate));
  }

  /** @throws SansfilError FRAME_UNEXPECTED when more is asked than may be unanswered */
  asked(session: OpenSession, question: Question): void {
    this.#desks.get(session.id)?.take(question);
  }

  drained(session: OpenSession): void {
    this.#desks.get(session.id)?.drained();
  }

  closed(session: OpenSession): void {
    this.#desks.get(session.id)?.close();
    this.#desks.delete(session.id);
  }

  async stop(): Promise<void> {
    const desks = [...this.#desks.values()];
    this.#desks.clear();
    for (const desk of desks) desk.close();
    await Promise.all(desks.map((desk) => desk.idle));
  }
}

/** Where the questions of one session are answered, one after the other. */
class Desk {
  /** Never rejects. */
  idle: Promise<void> = Promise.resolve();
  readonly #questions: Question[] = [];
  #busy = false;
  #closed = false;
  #room = true;
  #timer: Timer;
  #wake: () => void = () => undefined;

  constructor(
    private readonly session: OpenSession,
    private readonly parts: AnswersParts,
    private readonly rate: RateLimits,
  ) {}

  take(question: Question): void {
    if (this.#questions.length >= CATALOGUE_QUESTIONS_MAX) throw new SansfilError('FRAME_UNEXPECTED', 'too many questions about shares at once');
    this.#questions.push(question.type === 'browse' ? question : { ...question, share: question.share.slice() });
    if (this.#busy) return;
    this.#busy = true;
    this.idle = this.#answerAll().catch((error: unknown) => this.parts.fault(error));
  }

  drained(): void {
    this.#room = true;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.parts.clock.clearTimeout(this.#timer);
    this.#wake();
  }

  async #answerAll(): Promise<void> {
    try {
      for (let question = this.#questions[0]; question; question = this.#questions[0]) {
        await this.#turn();
        if (this.#closed) return;
        const answer = await this.#answer(question);
        // One who is no friend any more hears nothing, whatever was asked before.
        if (this.#isClosed() || !this.parts.isFriend(this.session.peer)) return;
        this.#questions.shift();
        this.#room = this.session.send(answer);
      }
    } finally {
      this.#busy = false;
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  /** Resolves when the link has room and the rate of that friend allows one more page, or when the session is over. */
  async #turn(): Promise<void> {
    const { clock } = this.parts;
    while (!this.#closed && !this.#room) await new Promise<void>((wake) => (this.#wake = wake));
    while (!this.#closed && !this.rate.take(this.session.peer)) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
        this.#timer = clock.setTimeout(() => wake(), PACE_MS);
      });
    }
  }

  /** A store that does not answer leaves the question open: the friend asks again. @throws SansfilError STORE_… */
  async #answer(question: Question): Promise<Record> {
    if (question.type === 'browse') return { type: 'shares', question: question.question, page: this.#shares(question.after) };
    return { type: 'contents', question: question.question, page: await this.#contents(question.share, question.after) };
  }

  #shares(after: number): Uint8Array {
    const seen = this.parts.book.all.filter(({ place, record }) => place > after && record.state !== 'failed');
    return encodeShares(
      seen.map((share) => ({ entry: remoteOf(share), position: share.place })),
      false,
    );
  }

  async #contents(idBytes: Uint8Array, after: number): Promise<Uint8Array> {
    const { book, store } = this.parts;
    const id = parseShareId(toHex(idBytes));
    const isShared = (): boolean => (book.get(id)?.record.state ?? 'failed') !== 'failed';
    if (!isShared()) return UNKNOWN_SHARE;
    const items = await store.items(id, 'hashed', after, CATALOGUE_PAGE_ITEMS);
    // It may have been taken back while the store was asked.
    if (!isShared()) return UNKNOWN_SHARE;
    return encodeItems(
      items.filter(hasRoot).map((item) => ({ entry: item, position: item.position })),
      items.length === CATALOGUE_PAGE_ITEMS,
    );
  }
}

const hasRoot = (item: ShareItem): item is ShareItem & { readonly root: Uint8Array } => item.root !== undefined;

function remoteOf({ record: { id, name, folder, state }, counts }: Share): Parameters<typeof encodeShares>[0][number]['entry'] {
  return { id, name, folder, ready: state === 'ready', items: counts.hashed.items, bytes: counts.hashed.bytes };
}
