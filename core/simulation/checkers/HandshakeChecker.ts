import { HANDSHAKE_MS_MAX, LINK_CLOSE_MS_MAX } from '../../base/limits.js';
import type { CheckedConnection, Checker, Findings } from './Checker.js';
import type { ReadyChecker } from './ReadyChecker.js';

/** Until when a handshake that came to nothing has also let go of its link. */
const HANDSHAKE_OVER_MS_MAX = HANDSHAKE_MS_MAX + LINK_CLOSE_MS_MAX;
const LOOK_MS = 500;

/** Nobody waits for a caller for longer than a handshake may take, whatever that caller does. */
export class HandshakeChecker implements Checker {
  #lookMs = 0;

  constructor(
    private readonly connections: () => Iterable<CheckedConnection>,
    private readonly ready: ReadyChecker,
    private readonly findings: Findings,
  ) {}

  step(nowMs: number): void {
    if (nowMs < this.#lookMs) return;
    this.#lookMs = nowMs + LOOK_MS;
    for (const { near, far, answeredMs = nowMs } of this.connections()) {
      if (nowMs - answeredMs <= HANDSHAKE_OVER_MS_MAX || !far.open || this.ready.wasUp(far.id)) continue;
      this.findings.add(`${far.host} has waited for ${near.host} on ${far.id} for longer than ${HANDSHAKE_OVER_MS_MAX} ms, and they have no session`);
    }
  }
}
