import { SansfilError } from '../../base/errors.js';
import { HOLD_CHANGES_MAX } from '../../base/limits.js';
import type { RecordChange, RecordKeeper } from './RecordKeeper.js';

export interface HoldsHost {
  /** Whether the person here may pause it and go on with it now. */
  readonly mayBeHeld: () => boolean;
  /** The person here took hold of it, or let go, and that is on the disk. */
  readonly heldHere: (held: boolean) => void;
  /** Of the session that is open; any object. */
  readonly lane: () => object | undefined;
  readonly tell: (held: boolean, by: 'me' | 'peer') => void;
}

/** Who holds one transfer: the person here, the other side, both or nobody. What is held does not go on (PROTOCOL [P-6.11]). */
export class Holds {
  /** What the person decides, one after the other. */
  #deciding: Promise<void> = Promise.resolve();
  /** The lane in which the peer took hold and let go last, and how often. */
  #lane: object | undefined;
  #changes = 0;

  constructor(
    private readonly keeper: RecordKeeper,
    private readonly host: HoldsHost,
  ) {}

  get isFree(): boolean {
    return !this.byMe && this.keeper.current.heldThere !== true;
  }

  get byMe(): boolean {
    return this.keeper.current.heldHere === true;
  }

  /** Nothing when it is held already. @throws SansfilError TRANSFER_STATE | DISK_FULL | STORE_FAILED */
  pause(): Promise<void> {
    return this.#decide(true);
  }

  /** Nothing when it is not held here. As `pause`. */
  resume(): Promise<void> {
    return this.#decide(false);
  }

  /** The peer says whether it holds it; the same again costs nothing. @throws SansfilError RECORD_MALFORMED after too many changes */
  heard(held: boolean): void {
    if ((this.keeper.current.heldThere === true) === held) return;
    const lane = this.host.lane();
    if (this.#lane !== lane) this.#changes = 0;
    this.#lane = lane;
    if (++this.#changes > HOLD_CHANGES_MAX) throw new SansfilError('RECORD_MALFORMED', 'paused and resumed too often');
    this.keeper.change({ heldThere: held || undefined, ...this.#stateWhen(held) });
    void this.keeper.keep();
    this.host.tell(held, 'peer');
  }

  #decide(held: boolean): Promise<void> {
    const decided = this.#deciding.then(() => this.#hold(held));
    const over = (): void => undefined;
    this.#deciding = decided.then(over, over);
    return decided;
  }

  async #hold(held: boolean): Promise<void> {
    this.#mayBeHeld();
    if (this.byMe === held) return;
    await this.keeper.saveChange({ heldHere: held || undefined, ...this.#stateWhen(held) });
    this.#mayBeHeld();
    this.host.tell(held, 'me');
    this.host.heldHere(held);
  }

  #mayBeHeld(): void {
    if (!this.host.mayBeHeld()) throw new SansfilError('TRANSFER_STATE');
  }

  #stateWhen(held: boolean): Pick<RecordChange, 'state'> {
    return held && this.keeper.current.state === 'active' ? { state: 'paused' } : {};
  }
}
