import type { Patch } from '../support/PlantedProgram.js';

/** A mistake somebody could make, and what the simulator must say of it. */
export interface PlantedBug {
  /** Where it was found last: looked at first, since nothing of what comes before shows more of it. */
  readonly seed: number;
  /** Completes "finds that …". */
  readonly name: string;
  readonly patches: readonly Patch[];
  /** One of the findings of the first seed that fails. */
  readonly finding: RegExp;
  /** For `--faults`; all of them when absent. */
  readonly faults?: string;
}

type Edit = readonly [find: string, replace: string];

/** One with a single patch. */
export const planted = (seed: number, name: string, file: string, [find, replace]: Edit, finding: RegExp, faults?: string): PlantedBug => ({
  seed,
  name,
  patches: [{ file, find, replace }],
  finding,
  ...(faults === undefined ? {} : { faults }),
});

/** Keys are replaced every 65 536 records; no simulated run is that long. */
const REKEY_OFTEN: Patch = { file: 'core/base/limits.ts', find: 'REKEY_RECORDS = 65_536', replace: 'REKEY_RECORDS = 8' };

/** Chunks are synced together; runs send small files. */
const SYNC_OFTEN: Patch = { file: 'core/base/limits.ts', find: 'SYNC_BYTES = 4 * MIB', replace: 'SYNC_BYTES = 16 * KIB' };

/** Runs send files that are small mostly, which go another way. */
const ALL_LARGE: Patch = { file: 'core/base/limits.ts', find: 'SMALL_FILE_BYTES_MAX = 64 * KIB', replace: 'SMALL_FILE_BYTES_MAX = 0' };

/** The program as it is, with settings that make rare paths frequent: nothing must be found. */
export const NO_BUG: readonly Patch[] = [REKEY_OFTEN, SYNC_OFTEN];

const MESSAGES: readonly PlantedBug[] = [
  planted(
    1,
    'a duplicate is told to the application again',
    'core/engine/delivery/ArrivalCommitter.ts',
    ["if (answers[i] === 'duplicate') continue;", ''],
    /received twice/,
  ),
  planted(
    1,
    'a message is acknowledged before it is committed',
    'core/engine/delivery/ArrivalCommitter.ts',
    [
      'const answers = await this.ports.store.receive(',
      "for (const { message } of texts) session.send({ type: 'ack', id: fromHex(message.id) });\n    const answers = await this.ports.store.receive(",
    ],
    /acknowledge/,
  ),
  planted(
    7,
    'the outbox is sent in the order of the clock on the wall',
    'core/engine/delivery/OutboundWindow.ts',
    [
      'const entries = await this.ports.load(after, limit);',
      `const writtenMs = ({ content }: { readonly content: Uint8Array }): number => Number(new DataView(content.buffer, content.byteOffset).getBigUint64(1));
      const entries = [...(await this.ports.load(after, limit))].sort((a, b) => writtenMs(a) - writtenMs(b));`,
    ],
    /out of order|never arrived/,
  ),
  planted(
    3,
    'what waited for a friend is forgotten by a restart',
    'core/engine/Delivery.ts',
    ['if (isKnown(peer)) sessions.want(peer, WANT_REASON);', 'if (isKnown(peer)) continue;'],
    /minutes after .*(?:never arrived|outbox)/,
  ),
  planted(
    1,
    'a message that was handed to the link counts as delivered',
    'core/engine/delivery/OutboundWindow.ts',
    ['this.ports.sent(id);', "this.ports.sent(id);\n    this.#tell({ type: 'acks.committed', ids: [id] });"],
    /never arrived|outbox/,
  ),
  planted(
    17,
    'a session that rested after the disk failed is never read again',
    'core/engine/delivery/Conversation.ts',
    ['session.resume();', ''],
    /minutes after/,
  ),
];

const SESSIONS: readonly PlantedBug[] = [
  {
    seed: 1,
    name: 'the nonce starts over when the key should be replaced',
    patches: [
      REKEY_OFTEN,
      {
        file: 'core/crypto/noise/cipherState.ts',
        find: 'this.#key = this.primitives.encrypt(this.aead, this.#key, this.#nonce, EMPTY, ZEROS).slice(0, KEY_BYTES);',
        replace: 'this.#n = 0;',
      },
    ],
    finding: /nonce/,
  },
  planted(
    1,
    'each side keeps the session it dialled itself',
    'core/engine/session/SessionTable.ts',
    ['initiatorIsLower(this.parts.self, peer, role)) return this.#adopt(session);', "role === 'initiator') return this.#adopt(session);"],
    /left with none/,
    'none',
  ),
  planted(
    1,
    'a session is open before the peer said READY',
    'core/machines/session/session.machine.ts',
    ["on: { 'record.ready': { target: 'confirmed' } },", "always: { target: 'confirmed' }, on: { 'record.ready': { target: 'confirmed' } },"],
    /READY/,
  ),
  planted(
    213,
    'nobody asks whether a silent peer is still there',
    'core/machines/session/session.machine.ts',
    ["lively: { after: { PING_DUE: { target: 'asked' } } },", 'lively: {},'],
    /one side only|minutes after/,
  ),
  planted(
    11,
    'a dialler that failed once does not try again',
    'core/machines/dialer/dialer.machine.ts',
    ["after: { BACKOFF: { target: 'lookingUp', actions: 'nextRound' } },", ''],
    /minutes after/,
  ),
];

const FILES: readonly PlantedBug[] = [
  {
    seed: 45,
    name: 'a chunk is confirmed before it is synced',
    patches: [ALL_LARGE, { file: 'core/engine/dataPlane/PartWriter.ts', find: 'await this.#open.sync();', replace: '' }],
    finding: /nobody sent so/,
  },
  {
    seed: 71,
    name: 'a transfer resumes behind the first chunk that is missing',
    patches: [
      SYNC_OFTEN,
      {
        file: 'core/engine/dataPlane/ChunkLedger.ts',
        find: 'return this.#bitmap.slice();',
        replace: `const bitmap = this.#bitmap.slice();
    for (let item = 0; item < this.#held.length; item++) {
      const missing = Array.from({ length: this.count(item) }, (_, index) => index).find((index) => !this.has(item, index));
      if (missing !== undefined && (this.#held[item] ?? 0) > 0) setBit(bitmap, this.first(item) + missing);
    }
    return bitmap;`,
      },
    ],
    finding: /transfer|nobody sent so/,
  },
];

const PEOPLE: readonly PlantedBug[] = [
  planted(
    1,
    'a friend who leaves is still shown as there',
    'core/engine/directory/FriendPresence.ts',
    ['people.setPresence(watch.peer, { state,', "if (state !== 'offline') people.setPresence(watch.peer, { state,"],
    /shows/,
  ),
  planted(
    1,
    'the numbers of presence records start over with the process',
    'core/engine/directory/OwnPresence.ts',
    ['this.#epoch = (await this.#floor()) + (await settings.increment(COUNTER));', 'this.#epoch = 1;'],
    /shows/,
  ),
  planted(
    13,
    'who the directory has lost is nobody any more',
    'core/engine/directory/FriendSync.ts',
    ['await this.#lost(contact);', 'await this.ports.people.remove(contact.peer);'],
    /no person parted/,
  ),
];

const ENDINGS: readonly PlantedBug[] = [
  planted(75, 'the look at the list of friends outlives the device', 'core/engine/directory/Pacer.ts', ['this.clock.clearTimeout(this.#pause);', ''], /timer/),
  planted(1, 'the wiring of a device outlives it', 'core/engine/Node.ts', ['this.#wiring?.unsubscribe();', ''], /subscription/),
];

export const PLANTED_BUGS: readonly PlantedBug[] = [...MESSAGES, ...SESSIONS, ...FILES, ...PEOPLE, ...ENDINGS];
