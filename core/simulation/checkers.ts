import { LINK_UNSENT_BYTES_HIGH, SEND_QUEUE_BYTES_MAX, SESSION_SILENT_MS_MAX } from '../base/limits.js';
import type { Network } from './Network.js';
import type { SimulatedDevice } from './SimulatedDevice.js';

/** What must hold in every run, whatever the seed; each finding is a sentence. */
export type Finding = string;

/** A session that one side thinks open and the other has not, for longer than silence may last. */
export class HalfOpenChecker {
  readonly #since = new Map<string, number>();
  readonly #findings = new Set<Finding>();

  observe(devices: readonly Pick<SimulatedDevice, 'id' | 'name' | 'open'>[], nowMs: number): void {
    const halves = new Map<string, Finding>();
    for (const device of devices) {
      for (const [session, peer] of device.open) {
        const other = devices.find(({ id }) => id === peer);
        if (other && [...other.open.values()].includes(device.id)) continue;
        halves.set(`${device.name} ${session}`, `${device.name} holds a session with ${other?.name ?? 'a stranger'} that is open on one side only`);
      }
    }
    for (const key of this.#since.keys()) if (!halves.has(key)) this.#since.delete(key);
    for (const [key, finding] of halves) {
      const since = this.#since.get(key) ?? nowMs;
      this.#since.set(key, since);
      if (nowMs - since > SESSION_SILENT_MS_MAX) this.#findings.add(`${finding} for more than ${SESSION_SILENT_MS_MAX} ms`);
    }
  }

  findings(): readonly Finding[] {
    return [...this.#findings];
  }
}

/** Every text reaches the application at most once, and the texts of one sender in the order they were written. */
export function messageFindings(devices: readonly Pick<SimulatedDevice, 'id' | 'name' | 'of'>[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const receiver of devices) {
    for (const sender of devices) {
      const written = sender.of('message.queued').filter(({ peer }) => peer === receiver.id);
      const places = receiver
        .of('message.received')
        .filter(({ peer }) => peer === sender.id)
        .map(({ id }) => written.findIndex((one) => one.id === id));
      const way = `from ${sender.name} to ${receiver.name}`;
      if (places.includes(-1)) findings.push(`a message ${way} was received that was never written`);
      if (new Set(places).size < places.length) findings.push(`a message ${way} was received twice`);
      const known = places.filter((place) => place >= 0);
      if (known.some((place, at) => place < (known[at - 1] ?? 0))) findings.push(`messages ${way} were received out of order`);
    }
  }
  return findings;
}

/** What a peer does not read is bounded: by the link's own mark, and by the queue of the session above it. */
export function queueFindings(devices: readonly Pick<SimulatedDevice, 'name'>[], network: Pick<Network, 'linksOf'>): readonly Finding[] {
  const most = LINK_UNSENT_BYTES_HIGH + SEND_QUEUE_BYTES_MAX;
  return devices
    .flatMap(({ name }) => network.linksOf(name))
    .flatMap(({ near, far }) => [near, far])
    .filter(({ unread }) => unread > most)
    .map(({ id, unread }) => `link ${id} holds ${unread} bytes unsent, more than ${most}`);
}
