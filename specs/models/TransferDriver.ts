import { expect } from '@jest/globals';
import type { SnapshotFrom } from 'xstate';
import { CHUNK_BYTES_MIN, STORE_RETRY_MS_MAX } from '../../core/base/limits.js';
import { SansfilError } from '../../core/base/errors.js';
import type { TransferId } from '../../core/base/ids.js';
import { connect, noise, Party, settle, type Connected } from '../support/transferParty.js';
import type { PeerTransfer } from '../../core/engine/views.js';
import type { ModelDriver } from './describeModel.js';
import type { TransferModelEvent, transferModel } from './transfer.model.js';

/** Many chunks, so that there is a middle to be interrupted in, again and again. */
const BYTES = 48 * CHUNK_BYTES_MIN + 77;
const PATH = '/x/a.bin';

type After = SnapshotFrom<typeof transferModel>;
/** What each side's list says, where the model says how it stands; null: nothing of it. */
const STATES: Readonly<Record<string, readonly [string | null, string | null]>> = {
  idle: [null, null],
  unheard: ['offered', null],
  asked: ['offered', 'offered'],
  promised: ['offered', 'paused'],
  running: ['active', 'active'],
  waiting: ['paused', 'paused'],
  held: ['paused', 'paused'],
  halted: ['paused', 'paused'],
  gone: ['cancelled', null],
  declined: ['declined', 'declined'],
  cancelled: ['cancelled', 'cancelled'],
  failed: ['failed', 'failed'],
  done: ['done', 'done'],
};
const ENDS = ['declined', 'cancelled', 'failed', 'done'];

/** Two real engines as far as files go, with a session between them that can break anywhere. */
export class TransferDriver implements ModelDriver<typeof transferModel> {
  readonly #pi = new Party(1, { chunkBytes: CHUNK_BYTES_MIN });
  readonly #board = new Party(2);
  #link: Connected = connect(this.#pi, this.#board);
  #id: TransferId | undefined;

  async act(event: TransferModelEvent['type'], after: After): Promise<void> {
    const { transfers } = this.#pi;
    // Under way again is what sends again.
    const before = event.endsWith('resumes') ? this.#link.a.bulkBytes : 0;
    switch (event) {
      case 'offer':
        this.#pi.source.put(PATH, noise(BYTES), 5);
        this.#id = (await transfers.send(this.#board.peer, [PATH])).id;
        break;
      case 'accept':
        await this.#accept(after);
        break;
      case 'decline':
        await this.#board.transfers.decline(this.#transfer);
        break;
      case 'sender cancels':
        await transfers.cancel(this.#transfer);
        break;
      case 'receiver cancels':
        await this.#board.transfers.cancel(this.#transfer);
        break;
      case 'sender pauses':
        await transfers.pause(this.#transfer);
        break;
      case 'sender resumes':
        await transfers.resume(this.#transfer);
        break;
      case 'receiver pauses':
        await this.#board.transfers.pause(this.#transfer);
        break;
      case 'receiver resumes':
        await this.#board.transfers.resume(this.#transfer);
        break;
      default:
        await this.#happen(event);
    }
    if (after.matches('running')) await settle(this.#link, () => this.#link.a.bulkBytes > before);
    else await settle(this.#link);
  }

  async check(model: After): Promise<void> {
    const listed = await Promise.all([this.#pi, this.#board].map(({ transfers }) => transfers.list()));
    const states = listed.map((views) => views[0]?.state ?? null);
    const [sender, receiver] = states;
    if (model.value === 'over at the sender') expect([sender, ENDS.includes(receiver ?? '')]).toEqual(['cancelled', false]);
    else if (model.value === 'over at the receiver') expect([ENDS.includes(sender ?? ''), ENDS.includes(receiver ?? '')]).toEqual([false, true]);
    else if (model.value === 'refused') expect([sender, ENDS.includes(sender ?? '')]).toEqual([receiver, true]);
    else expect(states).toEqual(STATES[model.value]);
    if (model.value === 'held') this.#checkHolders(model.context, listed);
    if (model.status !== 'done' && states.every((state) => state === null || ENDS.includes(state))) this.#checkEnd(receiver === 'done');
    expect(this.#board.sink.received.size).toBe(receiver === 'done' ? 1 : 0);
  }

  end(): Promise<void> {
    this.#link.pair.cut();
    return Promise.all([this.#pi, this.#board].map(({ transfers }) => transfers.stop())).then(() => {
      expect([this.#pi, this.#board].map(({ clock, transfers }) => [clock.pending, transfers.buffers.usedBytes])).toEqual([
        [0, 0],
        [0, 0],
      ]);
    });
  }

  get #transfer(): TransferId {
    if (!this.#id) throw new Error('the model speaks of a transfer before it is offered');
    return this.#id;
  }

  /** It is over on both sides: nothing is left of it but its result. */
  #checkEnd(isDone: boolean): void {
    const { received, partCount } = this.#board.sink;
    if (isDone) expect(Buffer.from(received.get('a.bin')?.bytes ?? []).equals(noise(BYTES))).toBe(true);
    expect(partCount).toBe(0);
    expect([...this.#pi.sessions.wanted, ...this.#board.sessions.wanted]).toEqual([]);
    for (const party of [this.#pi, this.#board]) expect([party.of('transfer.completed').length <= 1, party.of('fault')]).toEqual([true, []]);
  }

  /** Who holds it is known to both as long as they hear each other; of themselves they know it always. */
  #checkHolders({ heldBySender, heldByReceiver, link }: After['context'], listed: readonly (readonly PeerTransfer[])[]): void {
    const [sent, got] = listed.map(([first]) => first);
    const seen = (by: PeerTransfer['pausedBy'], mine: string): readonly boolean[] => [by === mine || by === 'both', by !== undefined && by !== mine];
    const [own, others] = seen(sent?.pausedBy, 'me');
    const [itsOwn, itsOthers] = seen(got?.pausedBy, 'me');
    expect([own, itsOwn]).toEqual([heldBySender, heldByReceiver]);
    if (link) expect([others, itsOthers]).toEqual([heldByReceiver, heldBySender]);
  }

  async #accept(after: After): Promise<void> {
    const answer = await this.#board.transfers.accept(this.#transfer).then(
      () => 'accepted',
      (error: unknown) => SansfilError.from(error).code,
    );
    expect(answer).toBe(after.context.full ? 'DISK_FULL' : 'accepted');
  }

  async #happen(event: TransferModelEvent['type']): Promise<void> {
    if (event === 'source changes') this.#pi.source.put(PATH, noise(BYTES, 9), 6);
    if (event === 'disk fills') this.#board.sink.capacityBytes = 0;
    if (event === 'disk has room') {
      this.#board.sink.capacityBytes = Infinity;
      // Long enough that the receiver has looked at its disk again.
      this.#board.clock.advance(STORE_RETRY_MS_MAX);
    }
    if (event === 'link breaks' || event.endsWith('crashes')) this.#link.pair.cut();
    if (event === 'link comes') this.#link = connect(this.#pi, this.#board);
    if (event === 'sender crashes') await this.#pi.restart();
    if (event === 'receiver crashes') {
      this.#board.sink.crash();
      await this.#board.restart();
    }
  }
}
