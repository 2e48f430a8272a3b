import type { PeerId, SessionId } from '../../base/ids.js';
import { RIVAL_MS_MAX, SESSION_AGE_HARD_MS_MAX, SESSION_CLOSE_MS_MAX } from '../../base/limits.js';
import type { DomainEvent, Mood } from '../../events/domainEvents.js';
import { isFriend, keyOf, type CheckedDevice, type Checker, type Findings } from './Checker.js';

interface Open {
  readonly peer: PeerId;
  readonly role: 'initiator' | 'responder';
  readonly sinceMs: number;
}

/** What must have changed by then. */
interface Wait {
  readonly finding: string;
  readonly dueMs: number;
}

/** What the farewell of the session that lost takes, and more. */
const RIVALS_SLACK_MS = 1_000;
/** In a calm world the session for which another was given up is open by then at both ends. */
const HEIR_MS_MAX = 100;
/** Until when a session of the highest age has said farewell. */
const AGE_MS_MAX = SESSION_AGE_HARD_MS_MAX + SESSION_CLOSE_MS_MAX + 1_000;
/** How a session ends that nothing broke. */
const ENDS_IN_CALM: ReadonlySet<Mood> = new Set<Mood>(['happy', 'unwelcome']);

/** What a device says of its sessions makes sense: each opens once and closes once, and none stays beside another with the same peer. */
export class SessionChecker implements Checker {
  /** Of each device, in this life. */
  readonly #open = new Map<string, Map<SessionId, Open>>();
  readonly #ever = new Map<string, Set<SessionId>>();
  readonly #rivals = new Map<string, Wait>();
  /** Without any session with a peer since one was given up for another. */
  readonly #bereft = new Map<string, Wait>();

  /** `calm`: nothing breaks and nothing is late, so that no session is lost, and one given up for another leaves that other. */
  constructor(
    private readonly findings: Findings,
    private readonly options: { readonly calm: boolean } = { calm: false },
  ) {}

  fact(device: CheckedDevice, fact: DomainEvent, nowMs: number): void {
    switch (fact.type) {
      case 'session.opened':
        return this.#opened(device, fact, nowMs);
      case 'session.closed':
        return this.#closed(device, fact, nowMs);
      case 'node.stopped':
        return this.#stopped(device);
      default:
        return undefined;
    }
  }

  step(nowMs: number): void {
    if (this.#rivals.size + this.#bereft.size === 0) return;
    for (const waits of [this.#rivals, this.#bereft]) for (const { finding, dueMs } of waits.values()) if (nowMs > dueMs) this.findings.add(finding);
  }

  crashed(device: CheckedDevice): void {
    this.#open.delete(device.name);
    this.#ever.delete(device.name);
    for (const waits of [this.#rivals, this.#bereft]) for (const key of waits.keys()) if (key.startsWith(keyOf(device, ''))) waits.delete(key);
  }

  /** Which side of the session with that peer the device is; undefined when there is none. */
  roleOf(device: CheckedDevice, peer: PeerId): 'initiator' | 'responder' | undefined {
    for (const open of this.#of(device).values()) if (open.peer === peer) return open.role;
    return undefined;
  }

  #opened(device: CheckedDevice, { session, peer, role }: Extract<DomainEvent, { readonly type: 'session.opened' }>, nowMs: number): void {
    const ever = this.#ever.get(device.name) ?? new Set();
    this.#ever.set(device.name, ever);
    if (ever.has(session)) this.findings.add(`${device.name} opened session ${session} twice`);
    ever.add(session);
    if (!isFriend(device, peer)) this.findings.add(`${device.name} opened session ${session} with somebody who is no friend`);
    const open = this.#of(device);
    for (const [other, known] of open) {
      if (known.peer !== peer || other === session) continue;
      const finding = `${device.name} has two sessions with one peer, ${other} and ${session}, for more than ${RIVAL_MS_MAX + RIVALS_SLACK_MS} ms`;
      this.#rivals.set(keyOf(device, other), { finding, dueMs: nowMs + RIVAL_MS_MAX + RIVALS_SLACK_MS });
    }
    open.set(session, { peer, role, sinceMs: nowMs });
    this.#bereft.delete(keyOf(device, peer));
  }

  #closed(device: CheckedDevice, fact: Extract<DomainEvent, { readonly type: 'session.closed' }>, nowMs: number): void {
    const { session, peer, code, mood } = fact;
    const open = this.#of(device).get(session);
    if (!open) this.findings.add(`${device.name} closed session ${session}, which was not open`);
    else if (nowMs - open.sinceMs > AGE_MS_MAX) this.findings.add(`${device.name} kept session ${session} for longer than ${AGE_MS_MAX} ms`);
    this.#of(device).delete(session);
    this.#rivals.delete(keyOf(device, session));
    if (!this.options.calm) return;
    if (!ENDS_IN_CALM.has(mood)) this.findings.add(`nothing went wrong, and ${device.name} lost session ${session}: ${mood}, ${code ?? 'no code'}`);
    if ((code !== 'SESSION_DUPLICATE' && code !== 'SESSION_EXPIRED') || this.roleOf(device, peer)) return;
    const finding = `${device.name} gave session ${session} up for another and was left with none`;
    this.#bereft.set(keyOf(device, peer), { finding, dueMs: nowMs + HEIR_MS_MAX });
  }

  #stopped(device: CheckedDevice): void {
    for (const session of this.#of(device).keys()) this.findings.add(`${device.name} stopped, and never said that session ${session} closed`);
    this.crashed(device);
  }

  #of(device: CheckedDevice): Map<SessionId, Open> {
    let open = this.#open.get(device.name);
    if (!open) this.#open.set(device.name, (open = new Map<SessionId, Open>()));
    return open;
  }
}
