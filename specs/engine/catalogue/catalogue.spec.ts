import { describe, expect, test } from '@jest/globals';
import { parseAccountName, type PeerId, type ShareId } from '../../../core/base/ids.js';
import { CATALOGUE_PAGES_BURST, CATALOGUE_PAGES_PER_SECOND, CATALOGUE_QUESTIONS_MAX, CONTENT_CHUNK_BYTES } from '../../../core/base/limits.js';
import { Catalogue } from '../../../core/engine/Catalogue.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { EventHub } from '../../../core/events/EventHub.js';
import { decodeShares, encodeItems, encodeShares, UNKNOWN_SHARE, type RemoteItem } from '../../../core/protocol/cataloguePages.js';
import { contentRoot } from '../../../core/protocol/contentRoot.js';
import type { Record } from '../../../core/protocol/frames.js';
import { MemoryFileSource } from '../../../core/simulation/memoryFiles.js';
import { MemoryStores } from '../../../core/simulation/memoryStores.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { nodePrimitives } from '../../../plugins/node-primitives/index.js';
import { drain } from '../../support/drain.js';
import { FakeSessions, type FakeSession } from '../../support/FakeSessions.js';
import { peerOf, rejection, shareIdOf } from '../../support/samples.js';
import { noise } from '../../support/transferParty.js';

const FRIEND = peerOf(2);
const NAME = parseAccountName('board');
const hash = (...parts: readonly Uint8Array[]): Uint8Array => nodePrimitives.hash(...parts);

function rootOf(bytes: Uint8Array): Uint8Array {
  const hashes: number[] = [];
  for (let at = 0; at < bytes.length; at += CONTENT_CHUNK_BYTES) hashes.push(...hash(bytes.subarray(at, at + CONTENT_CHUNK_BYTES)));
  return contentRoot(hash, bytes.length, Uint8Array.from(hashes));
}

/** One device as far as its catalogue goes. */
class Bench {
  readonly clock = new VirtualClock();
  readonly sessions = new FakeSessions();
  readonly source = new MemoryFileSource();
  readonly store = new MemoryStores().shares;
  readonly facts: DomainEvent[] = [];
  readonly friends = new Set<PeerId>([FRIEND]);
  /** How many chunks were hashed, roots included. */
  hashed = 0;
  catalogue = this.#make();

  #make(): Catalogue {
    const hub = new EventHub();
    hub.events$.subscribe((fact) => this.facts.push(fact));
    const catalogue = new Catalogue({
      store: this.store,
      source: this.source,
      contentChunkBytes: CONTENT_CHUNK_BYTES,
      hash: (...parts) => {
        this.hashed += 1;
        return hash(...parts);
      },
      sessions: this.sessions,
      policy: { admits: (peer) => this.friends.has(peer) },
      facts: hub,
      clock: this.clock,
      random: new Rng(7),
    });
    this.sessions.consume(catalogue);
    return catalogue;
  }

  async restart(): Promise<void> {
    await this.catalogue.stop();
    this.catalogue = this.#make();
    await this.catalogue.restore();
    this.catalogue.start();
    await drain();
  }

  async share(path: string): Promise<ShareId> {
    const { id } = await this.catalogue.add(path);
    await drain();
    return id;
  }

  async pass(ms: number): Promise<void> {
    for (const until = this.clock.monotonic() + ms; ;) {
      await drain();
      const waitMs = this.clock.next();
      if (waitMs === undefined || this.clock.monotonic() + waitMs > until) return this.clock.skip(until - this.clock.monotonic());
      this.clock.step();
    }
  }
}

const of = <T extends Record['type']>(session: FakeSession, type: T) =>
  session.sent.filter((record): record is Extract<Record, { readonly type: T }> => record.type === type);
const item = (name: string, more: Partial<RemoteItem> = {}): RemoteItem => ({
  name,
  bytes: 3,
  modifiedMs: 5,
  mode: 0o644,
  root: new Uint8Array(32).fill(1),
  ...more,
});
const placed = (items: readonly RemoteItem[], from = 0) => items.map((entry, n) => ({ entry, position: from + n + 1 }));

describe('[P-6.20] what is shared', () => {
  test('is found by its content while it is what it was, and read again when it is not', async () => {
    const bench = new Bench();
    const large = noise(2 * CONTENT_CHUNK_BYTES + 5);
    bench.source.put('/x/large', large, 10);
    bench.source.put('/x/small', noise(100), 10);
    await bench.share('/x');
    const found = await bench.catalogue.find(rootOf(large));
    expect(found).toMatchObject({ path: '/x/large', bytes: large.length, modifiedMs: 10 });
    expect((await found?.hashes())?.length).toBe(96);
    expect(contentRoot(hash, large.length, (await found?.hashes()) ?? new Uint8Array(0))).toEqual(rootOf(large));
    expect((await (await bench.catalogue.find(rootOf(noise(100))))?.hashes())?.length).toBe(0);

    bench.source.put('/x/large', noise(7, 3), 11);
    expect(await bench.catalogue.find(rootOf(large))).toBeUndefined();
    await drain();
    expect(await bench.catalogue.find(rootOf(large))).toBeUndefined();
    expect(await bench.catalogue.find(rootOf(noise(7, 3)))).toMatchObject({ path: '/x/large', bytes: 7 });
  });

  test('is not hashed again by a restart, and what changed meanwhile is', async () => {
    const bench = new Bench();
    for (let n = 0; n < 600; n++) bench.source.put(`/x/${n}`, noise(20, n), 10);
    await bench.share('/x');
    expect(bench.hashed).toBe(1_200);
    bench.hashed = 0;
    bench.source.put('/x/1', noise(30, 9), 10);
    bench.source.put('/x/new', noise(0), 10);
    bench.source.files.delete('/x/2');
    await bench.restart();
    // A chunk and a root, and the root of the empty one.
    expect(bench.hashed).toBe(3);
    expect((await bench.catalogue.list())[0]).toMatchObject({ state: 'ready', items: 600, refused: 0, waiting: { items: 0, bytes: 0 } });
  });

  test('a share whose path is gone is failed, is not seen, and is there again without reading when the path is', async () => {
    const bench = new Bench();
    bench.source.put('/stick/a', noise(10), 1);
    const id = await bench.share('/stick');
    const files = new Map(bench.source.files);
    bench.source.files.clear();
    await bench.restart();
    expect((await bench.catalogue.list())[0]).toMatchObject({ state: 'failed', code: 'FILE_UNREADABLE' });
    const session = bench.sessions.connect(FRIEND);
    bench.sessions.hear(session, { type: 'browse', question: 1, after: 0 });
    await drain();
    expect(decodeShares(of(session, 'shares')[0]?.page ?? new Uint8Array(0), 0).entries).toEqual([]);
    for (const [path, { bytes, modifiedMs, mode }] of files) bench.source.put(path, bytes, modifiedMs, mode);
    bench.hashed = 0;
    expect(await bench.share('/stick')).toBe(id);
    expect((await bench.catalogue.list())[0]).toMatchObject({ state: 'ready', items: 1 });
    expect(bench.hashed).toBe(0);
  });
});

describe('[P-6.21] who asks', () => {
  test('and is no friend hears nothing, also of what was asked before', async () => {
    const bench = new Bench();
    bench.source.put('/a', noise(1));
    await bench.share('/a');
    const session = bench.sessions.connect(FRIEND);
    bench.sessions.hear(session, { type: 'browse', question: 1, after: 0 });
    bench.friends.delete(FRIEND);
    await drain();
    expect(session.sent).toEqual([]);
    expect(() => bench.sessions.hear(session, { type: 'browse', question: 2, after: 0 })).toThrow(expect.objectContaining({ code: 'PEER_NOT_ALLOWED' }));
  });

  test('[P-6.23] more than may be unanswered is refused', () => {
    const bench = new Bench();
    const session = bench.sessions.connect(FRIEND);
    for (let n = 0; n < CATALOGUE_QUESTIONS_MAX; n++) bench.sessions.hear(session, { type: 'browse', question: n, after: 0 });
    const once = (): void => bench.sessions.hear(session, { type: 'browse', question: 99, after: 0 });
    expect(once).toThrow(expect.objectContaining({ code: 'FRAME_UNEXPECTED' }));
  });

  test('[P-6.23] without end is answered so many pages a second and no more, in new sessions too', async () => {
    const bench = new Bench();
    let answered = 0;
    let session = bench.sessions.connect(FRIEND);
    const ask = (): void => {
      for (let n = of(session, 'contents').length; n < of(session, 'contents').length + 4; n++) {
        bench.sessions.hear(session, { type: 'browseShare', question: n, share: new Uint8Array(16), after: 0 });
      }
    };
    for (let round = 0; round < 100; round++) {
      ask();
      await bench.pass(100);
      answered += of(session, 'contents').length;
      bench.sessions.cut(session);
      session = bench.sessions.connect(FRIEND);
    }
    expect(answered).toBeLessThanOrEqual(CATALOGUE_PAGES_BURST + CATALOGUE_PAGES_PER_SECOND * 10);
    expect(answered).toBeGreaterThan(100);
  });

  test('of an unknown share is told so, and of one that is read gets what has been read', async () => {
    const bench = new Bench();
    const session = bench.sessions.connect(FRIEND);
    bench.sessions.hear(session, { type: 'browseShare', question: 3, share: new Uint8Array(16), after: 0 });
    await drain();
    expect(of(session, 'contents')).toEqual([{ type: 'contents', question: 3, page: UNKNOWN_SHARE }]);
  });
});

describe('[P-6.22] a friend who answers', () => {
  const asked = async (bench: Bench, answer: (question: number, after: number) => Uint8Array): Promise<string> => {
    bench.sessions.connect(FRIEND, (record) => {
      if (record.type === 'browseShare')
        queueMicrotask(() => hear(bench, { type: 'contents', question: record.question, page: answer(record.question, record.after) }));
    });
    return rejection(bench.catalogue.contentsOf(FRIEND, shareIdOf(1)));
  };
  const hear = (bench: Bench, record: Record): void => {
    const session = bench.sessions.open(FRIEND);
    try {
      if (session) bench.sessions.hear(session, record);
    } catch {
      session?.close('errory', 'CATALOGUE_INVALID');
    }
  };

  test('page by page is read to the end', async () => {
    const bench = new Bench();
    bench.sessions.connect(FRIEND, (record) => {
      if (record.type !== 'browseShare') return;
      const page = encodeItems(placed([item(`f/${record.after}`)], record.after), record.after < 3);
      queueMicrotask(() => hear(bench, { type: 'contents', question: record.question, page }));
    });
    const { items } = await bench.catalogue.contentsOf(FRIEND, shareIdOf(1));
    expect(items.map(({ name }) => name)).toEqual(['f/0', 'f/1', 'f/2', 'f/3']);
    expect(bench.sessions.isWanted(FRIEND)).toBe(false);
  });

  test.each<[string, (question: number, after: number) => Uint8Array, string]>([
    ['that there is no such share', () => UNKNOWN_SHARE, 'SHARE_UNKNOWN'],
    ['with noise', () => noise(40), 'CATALOGUE_INVALID'],
    ['with nothing', () => new Uint8Array(0), 'CATALOGUE_INVALID'],
    ['with the same page again and again', () => encodeItems(placed([item('a'), item('b')]), true), 'CATALOGUE_INVALID'],
    ['with a name that leaves its folder', () => encodeItems(placed([item('../a')]), false), 'FILE_NAME_UNSAFE'],
    ['with a name for the terminal', () => encodeItems(placed([item('a\u001b[2J')]), false), 'FILE_NAME_UNSAFE'],
    ['with one name twice', () => encodeItems(placed([item('a'), item('A')]), false), 'FILE_NAME_UNSAFE'],
    ['with one name twice, on two pages', (_question, after) => encodeItems(placed([item('a')], after), after === 0), 'FILE_NAME_UNSAFE'],
    ['with a size beyond all files', () => encodeItems(placed([item('a', { bytes: Number.MAX_SAFE_INTEGER })]), false), 'CATALOGUE_INVALID'],
    ['with a mode that is none', () => encodeItems(placed([item('a', { mode: 0o4755 })]), false), 'CATALOGUE_INVALID'],
  ])('%s is refused', async (_what, answer, code) => {
    expect(await asked(new Bench(), answer)).toBe(code);
  });

  test('what nobody asked ends the session', () => {
    const bench = new Bench();
    const session = bench.sessions.connect(FRIEND);
    const page = encodeShares([], false);
    expect(() => bench.sessions.hear(session, { type: 'shares', question: 1, page })).toThrow(expect.objectContaining({ code: 'FRAME_UNEXPECTED' }));
  });

  test('never is given up, and one who is not there too', async () => {
    const bench = new Bench();
    const session = bench.sessions.connect(FRIEND);
    const silent = rejection(bench.catalogue.browse(FRIEND, NAME, undefined));
    await bench.pass(60_000);
    expect(await silent).toBe('PEER_SILENT');
    bench.sessions.cut(session);
    const away = rejection(bench.catalogue.browse(FRIEND, NAME, undefined));
    await bench.pass(60_000);
    expect(await away).toBe('PEER_OFFLINE');
    const unreachable = rejection(bench.catalogue.browse(FRIEND, NAME, undefined));
    await drain();
    bench.catalogue.unreachable(FRIEND, 'PEER_UNREACHABLE');
    expect(await unreachable).toBe('PEER_OFFLINE');
    expect(bench.clock.pending).toBe(0);
  });

  test('after a session that ended in the middle is asked again in the next', async () => {
    const bench = new Bench();
    const first = bench.sessions.connect(FRIEND);
    const browsed = bench.catalogue.browse(FRIEND, NAME, undefined);
    await drain();
    bench.sessions.cut(first);
    await drain();
    const second = bench.sessions.connect(FRIEND);
    await drain();
    const question = of(second, 'browse')[0]?.question ?? -1;
    bench.sessions.hear(second, { type: 'shares', question, page: encodeShares([], false) });
    expect(await browsed).toEqual({ of: 'shares', with: NAME, shares: [] });
  });

  test('and a stop in the middle leaves nothing to wait for', async () => {
    const bench = new Bench();
    const session = bench.sessions.connect(FRIEND);
    const browsed = rejection(bench.catalogue.browse(FRIEND, NAME, undefined));
    await drain();
    bench.sessions.hear(session, { type: 'browse', question: 1, after: 0 });
    await bench.catalogue.stop();
    expect(await browsed).toBe('STOPPED');
    expect(bench.clock.pending).toBe(0);
  });
});
