import { SESSION_SILENT_MS_MAX } from '../../base/limits.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { RecordObserver } from '../Wiretap.js';
import type { WireRecord } from '../wiretap/WireRecord.js';
import type { CheckedDevice, Checker, Findings, Roster } from './Checker.js';

interface Half {
  readonly device: CheckedDevice;
  readonly other: CheckedDevice | undefined;
  sinceMs: number;
}

/** No session is open on one side only for longer than silence may last; what still comes in from the other side is no silence. */
export class HalfOpenChecker implements Checker, RecordObserver {
  readonly #halves = new Map<string, Half>();
  #isStale = false;
  #nowMs = 0;
  /** Before this there is nothing to find. */
  #dueMs = Infinity;

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
  ) {}

  fact(_device: CheckedDevice, { type }: DomainEvent): void {
    this.#isStale ||= type === 'session.opened' || type === 'session.closed' || type === 'node.stopped';
  }

  crashed(): void {
    this.#isStale = true;
  }

  opened({ device, peer }: WireRecord): void {
    if (this.#halves.size === 0) return;
    for (const half of this.#halves.values()) if (half.device.name === device && half.other?.name === peer) half.sinceMs = this.#nowMs;
  }

  step(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#isStale) this.#look(nowMs);
    if (nowMs <= this.#dueMs) return;
    this.#dueMs = Infinity;
    for (const { device, other, sinceMs } of this.#halves.values()) {
      if (nowMs - sinceMs <= SESSION_SILENT_MS_MAX) this.#dueMs = Math.min(this.#dueMs, sinceMs + SESSION_SILENT_MS_MAX);
      else this.findings.add(`${device.name} holds a session with ${nameOf(other)} that is open on one side only for more than ${SESSION_SILENT_MS_MAX} ms`);
    }
  }

  #look(nowMs: number): void {
    this.#isStale = false;
    const seen = new Set<string>();
    for (const device of this.roster.all) {
      for (const [session, peer] of device.open) {
        const other = this.roster.of(peer);
        if (other && holds(other, device)) continue;
        const key = `${device.name} ${session}`;
        seen.add(key);
        if (!this.#halves.has(key)) this.#halves.set(key, { device, other, sinceMs: nowMs });
      }
    }
    for (const key of this.#halves.keys()) if (!seen.has(key)) this.#halves.delete(key);
    this.#dueMs = this.#halves.size === 0 ? Infinity : Math.min(this.#dueMs, nowMs + SESSION_SILENT_MS_MAX);
  }
}

function holds(device: CheckedDevice, other: CheckedDevice): boolean {
  for (const peer of device.open.values()) if (peer === other.id) return true;
  return false;
}

const nameOf = (device: CheckedDevice | undefined): string => device?.name ?? 'a stranger';
