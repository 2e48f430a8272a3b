import type { TraceEntry } from '../trace.js';

export type Frame = Extract<TraceEntry, { readonly kind: 'frame' }>;

/** Where in the trace the other end of each frame stands: from departure to arrival and back. What has no other end is missing. */
export type Flights = ReadonlyMap<number, number>;

/** The two ends of a link are `…a` and `…b`, and each entry names the end at which it happened. */
const otherEndOf = (link: string): string => link.slice(0, -1) + (link.endsWith('a') ? 'b' : 'a');

/** Who sits at which end of which link, as far as anything was heard there. */
function ownersOf(entries: readonly TraceEntry[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const entry of entries) if (entry.kind === 'frame') owners.set(entry.link, entry.moment === 'sent' ? entry.from : entry.to);
  return owners;
}

/** The two ends of a frame by name; undefined for who was never heard. A trace may not know yet whom a first frame goes to. */
export function endsOf(entries: readonly TraceEntry[]): (frame: Frame) => { readonly from: string | undefined; readonly to: string | undefined } {
  const owners = ownersOf(entries);
  const known = new Set(entries.flatMap((entry) => (entry.kind === 'frame' ? [] : [entry.who])).concat([...owners.values()]));
  const orUndefined = (name: string): string | undefined => (known.has(name) ? name : undefined);
  return ({ moment, from, to, link }) => {
    const other = owners.get(otherEndOf(link));
    return moment === 'sent' ? { from, to: other ?? orUndefined(to) } : { from: other ?? orUndefined(from), to };
  };
}

/** Frames of one lane arrive in order, save those that somebody on the wire dropped, doubled or swapped. */
export function matchFlights(entries: readonly TraceEntry[]): Flights {
  const underWay = new Map<string, number[]>();
  const flights = new Map<number, number>();
  for (const [at, entry] of entries.entries()) {
    if (entry.kind !== 'frame') continue;
    const lane = entry.moment === 'sent' ? entry.link : otherEndOf(entry.link);
    const departures = underWay.get(lane) ?? [];
    underWay.set(lane, departures);
    if (entry.moment === 'sent') {
      departures.push(at);
      continue;
    }
    const place = departures.findIndex((one) => {
      const departure = entries[one];
      return departure?.kind === 'frame' && departure.what === entry.what;
    });
    const [departed] = place < 0 ? [] : departures.splice(place, 1);
    if (departed === undefined) continue;
    flights.set(departed, at);
    flights.set(at, departed);
  }
  return flights;
}

/** A frame that took longer is drawn at both ends: what held it up is of interest. */
const TOGETHER_MS_MAX = 1_000;

/** Frames that keep a session alive, or carry the body of a file: one by one they are of no interest. */
export const isNoise = ({ what }: Frame): boolean => /^(?:ping|pong|chunk|chunks_ok|bulk)\b/i.test(what);

/** The departures of frames that are drawn as one arrow, at the moment of their arrival; the others are drawn at both ends. */
export function oneArrowEach(entries: readonly TraceEntry[], flights: Flights): ReadonlySet<number> {
  const together = new Set<number>();
  // Backwards: a frame may not be drawn behind one that left after it.
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at];
    const arrived = flights.get(at);
    if (entry?.kind !== 'frame' || entry.moment !== 'sent' || arrived === undefined) continue;
    if (isNoise(entry) || isOneMoment(entries, at, arrived, together)) together.add(at);
  }
  return together;
}

/**
 * Whether one arrow, drawn where the frame arrived, tells the truth: nothing the sender did or was told later stands
 * before it, and the world did nothing meanwhile. Facts of the instant it left were the same act.
 */
function isOneMoment(entries: readonly TraceEntry[], departed: number, arrived: number, together: ReadonlySet<number>): boolean {
  const departure = entries[departed];
  const arrival = entries[arrived];
  if (departure?.kind !== 'frame' || !arrival || arrival.atMs - departure.atMs > TOGETHER_MS_MAX) return false;
  for (let at = departed + 1; at < arrived; at++) {
    const between = entries[at];
    if (!between || between.kind === 'fault') return false;
    if (between.kind === 'frame') {
      if (between.moment === 'arrived' && between.to === departure.from) return false;
      if (between.moment === 'sent' && between.from === departure.from && !together.has(at)) return false;
    } else if (between.who === departure.from && between.atMs > departure.atMs) return false;
  }
  return true;
}
