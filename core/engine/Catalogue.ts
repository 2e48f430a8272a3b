import { fromHex, toHex, utf8 } from '../base/bytes.js';
import { SansfilError, type ErrorCode } from '../base/errors.js';
import { parseShareId, type AccountName, type PeerId, type ShareId } from '../base/ids.js';
import { CATALOGUE_LIST_MS_MAX, SHARE_ITEMS_MAX, SHARE_LIST_BYTES_MAX, SHARES_MAX } from '../base/limits.js';
import type { BrowseView, SharedFileView, ShareView } from '../events/commands.js';
import type { Clock } from '../ports/clock.js';
import type { FileSource } from '../ports/files.js';
import type { Random } from '../ports/random.js';
import type { ShareItem, ShareStore } from '../ports/shareStore.js';
import { decodeItems, decodeShares, ITEM_HEAD_BYTES, type Page, type RemoteItem, type RemoteShare } from '../protocol/cataloguePages.js';
import type { Record } from '../protocol/frames.js';
import { isFolder, wholeMs } from '../protocol/manifest.js';
import { Answers } from './catalogue/Answers.js';
import type { ChunkHash } from './catalogue/ContentReader.js';
import type { Contents, LocalContent, RemoteContents } from './catalogue/contents.js';
import { shareName } from './catalogue/lookThrough.js';
import { Names } from './catalogue/Names.js';
import { Questions } from './catalogue/Questions.js';
import { ShareBook } from './catalogue/ShareBook.js';
import { ShareReader } from './catalogue/ShareReader.js';
import type { Facts, OpenSession, PeerPolicy, SessionConsumer, Sessions } from './contracts.js';

export interface CataloguePorts {
  readonly store: ShareStore;
  readonly source: FileSource;
  readonly hash: ChunkHash;
  readonly contentChunkBytes: number;
  readonly sessions: Sessions;
  readonly policy: Pick<PeerPolicy, 'admits'>;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly random: Random;
}

const SHARE_ID_BYTES = 16;
/** Files of the same content that are tried before it counts as gone. */
const SAME_CONTENT_MAX = 16;

/** What this device shares with all its friends, and how it looks at what they share (PROTOCOL [P-6.20] to [P-6.23]). */
export class Catalogue implements SessionConsumer, Contents {
  readonly recordTypes = { from: 0x30, to: 0x3f };
  readonly #book: ShareBook;
  readonly #reader: ShareReader;
  readonly #answers: Answers;
  readonly #questions: Questions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly ports: CataloguePorts) {
    const { store, source, hash, contentChunkBytes: chunkBytes, sessions, policy, facts, clock } = ports;
    const book = (this.#book = new ShareBook(store));
    this.#reader = new ShareReader({ book, store, source, hash, chunkBytes, clock, facts });
    this.#answers = new Answers({ book, store, clock, isFriend: (peer) => policy.admits(peer), fault: (error) => this.#fault(error) });
    this.#questions = new Questions({ sessions, clock });
  }

  /** What earlier runs shared: before any friend can ask. @throws SansfilError STORE_FAILED | STORE_CORRUPT */
  restore(): Promise<void> {
    return this.#book.restore();
  }

  /** Every share is looked through again: what changed since the last run is read. */
  start(): void {
    for (const { record } of this.#book.all) this.#reader.want(record.id, 'look');
  }

  /** What is being read goes on at the next start. */
  async stop(): Promise<void> {
    this.#questions.stop();
    await Promise.all([this.#reader.stop(), this.#answers.stop()]);
  }

  /**
   * Answers at once; it is read in the background. A path that is shared already is looked through again.
   * @throws SansfilError FILE_UNREADABLE | FILE_NAME_UNUSABLE | SHARE_LIMIT | STORE_…
   */
  add(path: string): Promise<ShareView> {
    return this.#serial(async () => {
      const survey = await this.ports.source.survey(path);
      const name = shareName(survey.name);
      const known = this.#book.at(survey.path);
      if (!known && this.#book.size >= SHARES_MAX) throw new SansfilError('SHARE_LIMIT', `there are ${SHARES_MAX} shares already`);
      const id = known?.record.id ?? parseShareId(toHex(this.ports.random.bytes(SHARE_ID_BYTES)));
      if (known) await this.#book.change(id, { folder: survey.folder, state: 'hashing' });
      else {
        const createdMs = this.ports.clock.now();
        await this.#book.add({ id, path: survey.path, name, folder: survey.folder, state: 'hashing', scan: 0, createdMs });
        this.ports.facts.publish({ type: 'share.added', id, name });
      }
      this.#reader.want(id, 'look');
      return this.#view(id);
    });
  }

  /** Nobody sees it any more when it resolves. @throws SansfilError SHARE_UNKNOWN | STORE_… */
  remove(id: ShareId): Promise<void> {
    return this.#serial(async () => {
      await this.#book.remove(id);
      this.ports.facts.publish({ type: 'share.removed', id });
    });
  }

  /** In the order in which they were added. @throws SansfilError STORE_… */
  list(): Promise<readonly ShareView[]> {
    return Promise.all(this.#book.all.map((share) => this.#book.view(share)));
  }

  /** One page of what a friend shares. @throws as `contentsOf` */
  browse(peer: PeerId, name: AccountName, id: ShareId | undefined, after = 0): Promise<BrowseView> {
    return this.#questions.wanting(peer, async () => {
      if (id === undefined) {
        const { entries, next } = await this.#sharesOf(peer, after);
        return { of: 'shares', with: name, shares: entries, ...(next === 0 ? {} : { next }) };
      }
      const { entries, next } = await this.#pageOf(peer, id, after);
      return { of: 'share', with: name, id, files: entries.map(fileView), ...(next === 0 ? {} : { next }) };
    });
  }

  async find(root: Uint8Array): Promise<LocalContent | undefined> {
    const { store } = this.ports;
    for (const item of await store.find(root, SAME_CONTENT_MAX)) {
      const isShared = (): boolean => this.#book.get(item.share) !== undefined;
      // It may have been taken back while the file was looked at.
      if (isFolder(item) || !isShared() || !(await this.#isUnchanged(item)) || !isShared()) continue;
      const { path, bytes, modifiedMs, position } = item;
      return { path, bytes, modifiedMs, hashes: () => store.hashes(position) };
    }
    return undefined;
  }

  contentsOf(peer: PeerId, share: ShareId): Promise<RemoteContents> {
    return this.#questions.wanting(peer, async () => {
      const { clock } = this.ports;
      const untilMs = clock.monotonic() + CATALOGUE_LIST_MS_MAX;
      const items: RemoteItem[] = [];
      // Two pages may name what no folder can hold together.
      const names = new Names();
      let bytes = 0;
      for (let after = 0; ;) {
        const { entries, next } = await this.#pageOf(peer, share, after);
        for (const entry of entries) {
          if (!names.take(entry.name)) throw new SansfilError('FILE_NAME_UNSAFE', 'two names of the list cannot stand in one folder');
          items.push(entry);
          bytes += ITEM_HEAD_BYTES + utf8(entry.name).length;
        }
        if (items.length > SHARE_ITEMS_MAX || bytes > SHARE_LIST_BYTES_MAX)
          throw new SansfilError('CATALOGUE_INVALID', 'the list is longer than a share may be');
        if (next === 0) break;
        if (clock.monotonic() > untilMs) throw new SansfilError('PEER_SILENT', 'the list did not come to its end in time');
        after = next;
      }
      return { share, items };
    });
  }

  /** A round of calls to that peer was in vain. */
  unreachable(peer: PeerId, code: ErrorCode): void {
    this.#questions.unreachable(peer, code);
  }

  /** That person is no friend any more; sessions with them end too. */
  forget(peer: PeerId): void {
    this.#questions.forget(peer);
  }

  opened(session: OpenSession): void {
    this.#answers.opened(session);
    this.#questions.opened(session);
  }

  record(session: OpenSession, record: Record): void {
    switch (record.type) {
      case 'browse':
      case 'browseShare':
        if (!this.ports.policy.admits(session.peer)) throw new SansfilError('PEER_NOT_ALLOWED');
        return this.#answers.asked(session, record);
      case 'shares':
      case 'contents':
        return this.#questions.answered(session, record);
      default:
        return;
    }
  }

  drained(session: OpenSession): void {
    this.#answers.drained(session);
  }

  closed(session: OpenSession): void {
    this.#answers.closed(session);
    this.#questions.closed(session);
  }

  #sharesOf(peer: PeerId, after: number): Promise<Page<RemoteShare>> {
    return this.#questions.ask(
      peer,
      (question) => ({ type: 'browse', question, after }),
      (page) => decodeShares(page, after),
    );
  }

  async #pageOf(peer: PeerId, id: ShareId, after: number): Promise<Page<RemoteItem>> {
    const page = await this.#questions.ask(
      peer,
      (question) => ({ type: 'browseShare', question, share: fromHex(id), after }),
      (bytes) => decodeItems(bytes, after),
    );
    if (page === undefined) throw new SansfilError('SHARE_UNKNOWN');
    return page;
  }

  /** A file that is another one now is read again, this one only. */
  async #isUnchanged(item: ShareItem): Promise<boolean> {
    const { store, source } = this.ports;
    const { share, name, path, mode } = item;
    let now: { readonly bytes: number; readonly modifiedMs: number; readonly code?: ErrorCode };
    try {
      const file = await source.open(path);
      now = { bytes: file.bytes, modifiedMs: wholeMs(file.modifiedMs) };
      await file[Symbol.asyncDispose]();
    } catch (error) {
      const { code } = SansfilError.from(error);
      if (code === 'BUG') throw error;
      now = { bytes: item.bytes, modifiedMs: item.modifiedMs, code };
    }
    if (now.code === undefined && now.bytes === item.bytes && now.modifiedMs === item.modifiedMs) return true;
    const scan = this.#book.get(share)?.record.scan;
    if (scan === undefined) return false;
    await store.note(share, scan, [{ name, path, mode, ...now }]);
    this.#reader.want(share, 'read');
    return false;
  }

  async #view(id: ShareId): Promise<ShareView> {
    const share = this.#book.get(id);
    if (!share) throw new SansfilError('SHARE_UNKNOWN');
    return this.#book.view(share);
  }

  /** Adding and removing, one after the other. */
  #serial<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.then(
      () => undefined,
      () => undefined, // Whoever asked is told.
    );
    return result;
  }

  #fault(error: unknown): void {
    const { code, message } = SansfilError.from(error);
    if (code !== 'STOPPED') this.ports.facts.publish({ type: 'fault', where: 'catalogue', code, detail: message.slice(0, 200) });
  }
}

const fileView = (item: RemoteItem): SharedFileView => ({
  name: item.name,
  bytes: item.bytes,
  modifiedMs: item.modifiedMs,
  folder: isFolder(item),
  root: toHex(item.root),
});
