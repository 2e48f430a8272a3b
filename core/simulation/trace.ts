import type { DomainEvent } from '../events/domainEvents.js';

/** One thing that happened in a world, at a moment of its own time in ms. `who` and the ends of a frame are names of devices. */
export type TraceEntry =
  | { readonly kind: 'fact'; readonly atMs: number; readonly who: string; readonly fact: DomainEvent }
  /** What a person asked a device to do, and what came of it: undefined while it is under way. */
  | { readonly kind: 'command'; readonly atMs: number; readonly who: string; readonly what: string }
  /** What the world did to a device, a wire (`pi-board`, `pi>board` one way) or the directory. */
  | { readonly kind: 'fault'; readonly atMs: number; readonly who: string; readonly what: string }
  /** A frame left `from` or arrived at `to`; `what` names its content, also that of a sealed one. */
  | {
      readonly kind: 'frame';
      readonly atMs: number;
      readonly moment: 'sent' | 'arrived';
      readonly from: string;
      readonly to: string;
      readonly link: string;
      readonly what: string;
    };

/** FNV-1a of everything that happened, in hexadecimal (Fowler, Noll, Vo): equal for equal runs. */
export function traceHash(entries: readonly TraceEntry[]): string {
  let [low, high] = [0x811c_9dc5, 0x0193_dc81];
  for (const entry of entries) {
    const line = JSON.stringify(entry);
    for (let at = 0; at < line.length; at++) {
      low = Math.imul(low ^ line.charCodeAt(at), 0x0100_0193);
      high = Math.imul(high ^ low, 0x0100_0193);
    }
  }
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
