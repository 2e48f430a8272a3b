import { expect } from '@jest/globals';
import type { SnapshotFrom } from 'xstate';
import { DIAL_BACKOFF_MS_MAX, DIAL_MS_MAX, DIRECTORY_BACKOFF_MS_MAX, DIRECTORY_SPREAD_MS, SESSION_SILENT_MS_MAX } from '../../core/base/limits.js';
import { SansfilError } from '../../core/base/errors.js';
import type { SimulatedDevice } from '../../core/simulation/SimulatedDevice.js';
import type { World } from '../../core/simulation/World.js';
import { beginWorld } from '../support/beginWorld.js';
import type { ModelDriver } from './describeModel.js';
import type { SessionModelEvent, sessionModel } from './session.model.js';

/** Enough for a handshake, a farewell, and what the directory tells. */
const SOON_MS = 3_000;
/** More than the longest pause between two calls, and the call. */
const REDIAL_MS = DIAL_BACKOFF_MS_MAX + 2 * DIAL_MS_MAX;

type After = SnapshotFrom<typeof sessionModel>;
/** Open sessions of pi and of the board; null: either is right until somebody calls. */
const SESSIONS: Readonly<Record<string, readonly [number | null, number]>> = {
  apart: [0, 0],
  open: [1, 1],
  silent: [1, 1],
  calling: [0, 0],
  deceived: [1, 0],
  half: [1, 0],
  'half healed': [null, 0],
  alone: [0, 0],
  disowned: [0, 0],
  strangers: [0, 0],
};

/** Two whole devices in a simulated world, which also checks all that must hold everywhere. */
export class SessionDriver implements ModelDriver<typeof sessionModel> {
  #said = 0;
  /** That the board is no friend any more, if it is not. */
  #isTold = true;

  private constructor(
    private readonly world: World,
    private readonly pi: SimulatedDevice,
    private readonly board: SimulatedDevice,
  ) {}

  static async begin(): Promise<SessionDriver> {
    const world = await beginWorld(1);
    const [pi, board] = await world.friends('pi', 'board');
    await world.runFor(SOON_MS);
    return new SessionDriver(world, pi, board);
  }

  async act(event: SessionModelEvent['type'], after: After): Promise<void> {
    const { world, pi, board } = this;
    if (event.endsWith('calls') || event === 'both call') await this.#call(event, after.value === 'strangers');
    if (event === 'line is cut') world.cut('pi', 'board');
    if (event === 'line heals') world.heal('pi', 'board');
    if (event === 'board crashes') world.crash('board');
    if (event === 'board starts') await world.restart('board');
    if (event === 'pi removes board') await pi.ask({ type: 'friend.remove', name: 'board' });
    if (event === 'board removes pi') await board.ask({ type: 'friend.remove', name: 'pi' });
    if (event === 'board disowns pi') {
      world.directoryDown();
      this.#isTold = false;
      await board.ask({ type: 'friend.remove', name: 'pi' });
    }
    if (event === 'pi is told') await this.#tellPi();
    if (event === 'they befriend') await world.befriend('pi', 'board');
    if (event === 'time passes') await world.runFor(2 * SESSION_SILENT_MS_MAX);
    else await world.runFor(after.value === 'open' ? REDIAL_MS : SOON_MS);
  }

  check(model: After): void {
    const { world, pi, board } = this;
    const [ofPi, ofBoard] = SESSIONS[model.value] ?? [0, 0];
    expect([pi.open.size, board.open.size]).toEqual([ofPi ?? expect.any(Number), ofBoard]);
    expect(world.findings).toEqual([]);
    if (model.matches('disowned') && model.context.waits)
      expect(board.of('session.refused')).toContainEqual(expect.objectContaining({ code: 'PEER_NOT_ALLOWED' }));
    if (!model.context.waits) expect(pi.heard.length + board.heard.length).toBe(this.#said);
  }

  async end(): Promise<void> {
    const { world } = this;
    world.heal('pi', 'board');
    if (!this.#isTold) await this.#tellPi();
    if (!this.board.running) await world.restart('board');
    await world.runFor(REDIAL_MS + 2 * SESSION_SILENT_MS_MAX);
    expect(this.pi.heard.length + this.board.heard.length).toBe(this.#said);
    await world.end();
  }

  async #tellPi(): Promise<void> {
    this.world.directoryUp('whole');
    await this.world.runFor(DIRECTORY_BACKOFF_MS_MAX + DIRECTORY_SPREAD_MS);
    this.#isTold = true;
    this.#said = this.pi.heard.length + this.board.heard.length;
  }

  /** Strangers cannot say anything; between friends every word counts, whether it can be delivered now or not. */
  async #call(event: SessionModelEvent['type'], strange: boolean): Promise<void> {
    const calls = [
      ...(event === 'board calls' ? [] : [() => this.pi.message('board', 'from pi')]),
      ...(event === 'pi calls' ? [] : [() => this.board.message('pi', 'from board')]),
    ];
    const answers = await Promise.all(
      calls.map((call) =>
        call().then(
          () => 'said',
          (error: unknown) => SansfilError.from(error).code,
        ),
      ),
    );
    expect(answers).toEqual(calls.map(() => (strange ? 'FRIEND_UNKNOWN' : 'said')));
    if (!strange) this.#said += calls.length;
  }
}
