import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromHex } from '../../core/base/bytes.js';
import { SansfilError } from '../../core/base/errors.js';
import type { TransferId } from '../../core/base/ids.js';
import { BULK_STREAMS_OPEN_MAX, CHUNK_BYTES_MAX, CHUNK_BYTES_MIN, TRANSFERS_PER_PEER_MAX } from '../../core/base/limits.js';
import { encodeRecord } from '../../core/protocol/codec.js';
import { encodeManifest, sentKey, type Manifest } from '../../core/protocol/manifest.js';
import { encodeMessageContent } from '../../core/protocol/messageContent.js';
import { toyFileCipher } from '../../core/simulation/toyFileCipher.js';
import { toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { turn } from '../support/sessionWorld.js';
import { Besieged, type Line } from './Besieged.js';
import { sealed, sealedBytes } from './Ends.js';
import { asFrame, mutate, mutation, random, type Mutation } from './mutations.js';
import { runs } from './seed.js';
import { recordArbitraries, type KnownRecord } from './values.js';
import { bulkFrame } from '../support/bulkFrame.js';

/* A friend whose records decrypt, and say what they like: the session may end for it, and nothing else may break. */

const RUNS = 2_000;
const OFFERS = 3;
/** The last one is the transfer of the besieged one itself. */
const OURS = OFFERS;
/** A kilobyte of files, one of two chunks, and an empty one. */
const SIZES: readonly (readonly number[])[] = [[100, 1_000], [CHUNK_BYTES_MIN + 9], [0]];

const manifestOf = (which: number): Manifest => ({
  transferId: new Uint8Array(16).fill(which),
  aead: 1,
  chunkBytes: CHUNK_BYTES_MIN,
  key: { kind: 'sent', fileKey: new Uint8Array(32).fill(9) },
  items: (SIZES[which] ?? [1]).map((bytes, i) => ({ name: `${which}/${i}.bin`, bytes, modifiedMs: 1, mode: 0o600 })),
});

type Step =
  | { readonly say: KnownRecord }
  | { readonly garble: Mutation }
  | { readonly bytes: Uint8Array }
  | { readonly bulk: number; readonly length: number }
  | { readonly offer: number }
  /** What an honest sender would say, in this place or another. */
  | { readonly chunk: number; readonly item: number; readonly index: number; readonly stream: number; readonly whole: boolean }
  | { readonly done: number; readonly item: number }
  | { readonly text: string; readonly id: number };

const few = fc.nat(2);
const records = recordArbitraries({ id: fc.nat(OURS).map((n) => new Uint8Array(16).fill(n)), item: few, stream: few });
/** CLOSE would end nearly every run before it began. */
const { close, ...lasting } = records;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(...Object.values(lasting)).map((say) => ({ say })) },
  { weight: 1, arbitrary: close.map((say) => ({ say })) },
  { weight: 1, arbitrary: mutation.map((garble) => ({ garble })) },
  { weight: 1, arbitrary: random([128]).map((bytes) => ({ bytes })) },
  { weight: 2, arbitrary: fc.record({ bulk: few, length: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 6, arbitrary: fc.record({ offer: fc.nat(OFFERS - 1) }) },
  { weight: 6, arbitrary: fc.record({ chunk: fc.nat(OFFERS - 1), item: fc.nat(1), index: fc.nat(1), stream: few, whole: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ done: fc.nat(OFFERS - 1), item: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ text: fc.string({ minLength: 1, maxLength: 20 }), id: few }) },
);

const primitives = toyPrimitives();
const cipher = toyFileCipher(primitives);
const SAMPLES = Object.values(recordArbitraries({ id: fc.constant(new Uint8Array(16)), item: few, stream: few })).flatMap((one) => fc.sample(one, runs(2)));

class Friend {
  /** Of the transfer that the besieged one offers. */
  ours = new Uint8Array(16).fill(OURS);

  constructor(
    readonly besieged: Besieged,
    readonly line: Line,
  ) {}

  async do(what: Step): Promise<void> {
    if ('say' in what) this.#say(this.#aboutOurs(what.say));
    else if ('garble' in what) this.#seal(mutate(what.garble, SAMPLES.map(encodeRecord)));
    else if ('bytes' in what) this.#seal(what.bytes);
    else if ('bulk' in what) this.line.link.deliver(bulkFrame(what.bulk, new Uint8Array(what.length)));
    else if ('offer' in what) this.#say({ type: 'offer', manifest: encodeManifest(manifestOf(what.offer)) });
    else if ('chunk' in what) await this.#chunk(what.chunk, what.item, what.index, what.stream, what.whole);
    else if ('done' in what) this.#say({ type: 'done', transferId: manifestOf(what.done).transferId, item: what.item, hash: hashOf(what.done, what.item) });
    else this.#say({ type: 'msg', id: new Uint8Array(16).fill(what.id), content: encodeMessageContent({ type: 'text', createdMs: 1, text: what.text }) });
  }

  #say(record: KnownRecord): void {
    this.line.link.deliver(sealed(this.line.keys, record));
  }

  #seal(plaintext: Uint8Array): void {
    this.line.link.deliver(asFrame(sealedBytes(this.line.keys, plaintext.subarray(0, 65_518))));
  }

  #aboutOurs(record: KnownRecord): KnownRecord {
    return 'transferId' in record && record.transferId[0] === OURS ? { ...record, transferId: this.ours } : record;
  }

  async #chunk(which: number, item: number, index: number, stream: number, whole: boolean): Promise<void> {
    const manifest = manifestOf(which);
    const itemBytes = manifest.items[item]?.bytes ?? 0;
    const plain = plainOf(which, item).slice(index * CHUNK_BYTES_MIN, (index + 1) * CHUNK_BYTES_MIN);
    if (plain.length === 0) return;
    const { transferId, aead } = manifest;
    const { hash, tag, ciphertext } = await cipher.seal({ fileKey: sentKey(manifest), transferId, aead, item, index, itemBytes }, plain);
    this.#say({ type: 'chunk', transferId, item, index, length: ciphertext.length, hash, tag, stream });
    this.line.link.deliver(bulkFrame(stream, whole ? ciphertext : ciphertext.subarray(0, 1)));
  }
}

const plainOf = (which: number, item: number): Uint8Array => new Uint8Array(SIZES[which]?.[item] ?? 0).fill(which + item + 1);

function hashOf(which: number, item: number): Uint8Array {
  const plain = plainOf(which, item);
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < plain.length; at += CHUNK_BYTES_MIN) hashes.push(primitives.hash(plain.slice(at, at + CHUNK_BYTES_MIN)));
  return primitives.hash(...hashes);
}

/** Accepts what is offered, as soon as it is. */
function acceptAll(besieged: Besieged): void {
  besieged.hub.events$.subscribe((fact) => {
    if (fact.type !== 'transfer.offered' || fact.direction !== 'in') return;
    besieged.transfers.accept(fact.id).catch((error: unknown) => {
      if (!SansfilError.is(error) || !['TRANSFER_STATE', 'TRANSFER_UNKNOWN'].includes(error.code)) besieged.errors.push(String(error));
    });
  });
}

async function mustBeBounded(besieged: Besieged): Promise<void> {
  besieged.mustBeSound();
  const { usedBytes } = besieged.transfers.buffers;
  if (usedBytes > BULK_STREAMS_OPEN_MAX * CHUNK_BYTES_MAX) throw new Error(`${usedBytes} bytes wait for chunks`);
  const live = (await besieged.transfers.list()).filter(
    ({ direction, state }) => direction === 'in' && !['done', 'failed', 'cancelled', 'declined'].includes(state),
  );
  if (live.length > TRANSFERS_PER_PEER_MAX) throw new Error(`${live.length} transfers are open`);
  for (const { bytes } of besieged.sink.received.values()) {
    const genuine = SIZES.some((sizes, which) => sizes.some((_, item) => Buffer.compare(plainOf(which, item), bytes) === 0));
    if (!genuine) throw new Error('a file stands that nobody sent');
  }
}

test(`${RUNS} conversations of sealed nonsense end their own session at most, and hold a bounded amount`, async () => {
  const reached = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }), fc.boolean(), async (steps, sending) => {
      const besieged = new Besieged({ delivery: true });
      try {
        await besieged.delivery.start(() => true);
        await besieged.friendGoesOn();
        acceptAll(besieged);
        const friend = new Friend(besieged, await besieged.open(await besieged.shakenHands()));
        if (sending) {
          besieged.source.put('/ours', new Uint8Array(2 * CHUNK_BYTES_MIN + 5));
          const { id } = await besieged.transfers.send(besieged.other.id, ['/ours']);
          friend.ours = Uint8Array.from(fromHex(id satisfies TransferId));
        }
        for (const one of steps) {
          if (friend.line.link.closed) break;
          await friend.do(one);
          await turn();
          await mustBeBounded(besieged);
        }
        await besieged.friendGoesOn();
        for (const { type } of besieged.facts) reached.set(type, (reached.get(type) ?? 0) + 1);
        besieged.giveUp();
        await besieged.end();
        besieged.mustBeSound();
      } finally {
        besieged.abandon();
      }
    }),
    runs(RUNS),
  );
  // The nonsense was not so plain that nothing of it was ever taken.
  expect([...reached.keys()]).toEqual(
    expect.arrayContaining([
      'session.closed',
      'message.received',
      'transfer.offered',
      'transfer.started',
      'transfer.interrupted',
      'transfer.completed',
      'transfer.ended',
    ]),
  );
}, 600_000);
