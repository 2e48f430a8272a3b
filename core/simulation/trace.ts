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
