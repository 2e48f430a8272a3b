import type { DomainEvent } from '../../events/domainEvents.js';
import type { TraceEntry } from '../trace.js';
import { factWords, type Names } from './factWords.js';
import { endsOf, isNoise, matchFlights, oneArrowEach, type Flights, type Frame } from './frames.js';
import type { ArrowRow, BandRow, NoteRow, Row } from './rows.js';

const ID = /\b(?:[0-9a-f]{32}|[A-Z2-7]{52})\b/g;

/** What is to be drawn, in order; ids are replaced by names a person can keep in mind. */
export function readTrace(entries: readonly TraceEntry[]): readonly Row[] {
  const names = namesIn(entries);
  const flights = matchFlights(entries);
  const ends = endsOf(entries);
  const together = oneArrowEach(entries, flights);
  let split = 0;
  const numbers = new Map<number, number>();
  return entries.flatMap((entry, at): readonly Row[] => {
    if (entry.kind === 'fact') return [noteOf(entry.atMs, entry.who, entry.fact, names)];
    const what = entry.what.replace(ID, (id) => names.any(id));
    if (entry.kind === 'command')
      return [{ kind: 'note', atMs: entry.atMs, key: `${entry.who} ${what}`, noise: false, who: entry.who, tone: 'command', text: what }];
    if (entry.kind === 'fault') return [bandOf(entry.atMs, entry.who, what)];
    const { from, to } = ends(entry);
    if (from === undefined || to === undefined) return [strayOf(entry, what, from ?? to ?? '')];
    const arrow = arrowOf({ ...entry, from, to, what }, at, entries, flights, together);
    if (!arrow) return [];
    if (arrow.part !== 'leaves' && arrow.part !== 'arrives') return [arrow];
    if (arrow.part === 'leaves') numbers.set(flights.get(at) ?? at, ++split);
    return [{ ...arrow, label: `${arrow.label} #${arrow.part === 'leaves' ? split : (numbers.get(at) ?? 0)}` }];
  });
}

function noteOf(atMs: number, who: string, fact: DomainEvent, names: Names): NoteRow {
  const text = factWords(fact, names);
  const isTrouble = 'code' in fact && fact.code !== undefined;
  return {
    kind: 'note',
    atMs,
    key: `${who} ${text.replace(/ \([^)]*\)$/, '').replace(/session s\d+/, 'session')}`,
    noise: fact.type === 'transfer.progressed',
    who,
    tone: isTrouble || fact.type === 'friend.keyChanged' ? 'trouble' : 'fact',
    text,
  };
}

/** A frame to or from somebody who is not in the picture. */
function strayOf({ atMs, moment }: Frame, what: string, who: string): NoteRow {
  const text = moment === 'sent' ? `${what} to nobody who was heard` : `${what} from nobody who was heard`;
  return { kind: 'note', atMs, key: `${who} ${text}`, noise: false, who, tone: 'trouble', text };
}

/** One row for a frame whose ends may stand together, else one for each end. */
function arrowOf(frame: Frame, at: number, entries: readonly TraceEntry[], flights: Flights, together: ReadonlySet<number>): ArrowRow | undefined {
  const { atMs, from, to, what, moment } = frame;
  const other = flights.get(at);
  const noise = isNoise(frame);
  const arrow = (part: ArrowRow['part'], label = what): ArrowRow => ({
    kind: 'arrow',
    atMs,
    key: `${from}>${to} ${noise ? what.replace(/\d+/g, '') : what} ${part}`,
    noise,
    from,
    to,
    label,
    part,
  });
  if (other === undefined) return arrow(moment === 'sent' ? 'lost' : 'unsent');
  const isWhole = together.has(Math.min(at, other));
  if (moment === 'sent') return isWhole ? undefined : arrow('leaves');
  const tookMs = atMs - (entries[other]?.atMs ?? atMs);
  const label = tookMs > 0 ? `${what} (${shortDuration(tookMs)})` : what;
  return arrow(isWhole ? 'whole' : 'arrives', label);
}

const WIRE = /^(.+?)([->])(.+)$/;
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/^(?:crash|dies|goes down)/, '⚡'],
  [/^(?:starts again|comes back)/, '↑'],
  [/^(?:cut|sever|parted)/, '✂'],
  [/heal|has room|goes on/, '♥'],
];

function bandOf(atMs: number, who: string, what: string): BandRow {
  const mark = MARKS.find(([pattern]) => pattern.test(what))?.[1] ?? '!';
  const [, a = '', way = '', b = ''] = WIRE.exec(who) ?? [];
  const whom = way === '' ? who : `${a} ${way === '>' ? '→' : '─'} ${b}`;
  const row: BandRow = { kind: 'band', atMs, key: `${who} ${what}`, noise: false, text: `${mark} ${whom} ${what}` };
  const life = mark === '⚡' || what.startsWith('does not start') ? 'ends' : mark === '↑' ? 'begins' : undefined;
  return way !== '' || life === undefined ? row : { ...row, who, life };
}

/** `850 ms`, `4.2 s`, `3 min`. */
export function shortDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

/** A text in which the ids of a run are followed by the names its diagram has for them. */
export function explainIds(text: string, entries: readonly TraceEntry[]): string {
  const names = namesIn(entries);
  return text.replace(ID, (id) => (names.knows(id) ? `${names.any(id)} (${id.slice(0, 8)}…)` : id));
}

/** Who is who is said by the devices themselves, when they start and when they make friends. */
function namesIn(entries: readonly TraceEntry[]): Names & { any(id: string): string; knows(id: string): boolean } {
  const peers = new Map<string, string>();
  const messages = new Map<string, string>();
  const transfers = new Map<string, string>();
  const shares = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind !== 'fact') continue;
    const { fact } = entry;
    if (fact.type === 'node.started') peers.set(fact.peer, entry.who);
    else if (fact.type === 'friend.changed' && !peers.has(fact.peer)) peers.set(fact.peer, fact.name);
    else if (fact.type.startsWith('message.') && 'id' in fact && !messages.has(fact.id)) messages.set(fact.id, `m${messages.size + 1}`);
    else if (fact.type.startsWith('transfer.') && 'id' in fact && !transfers.has(fact.id)) transfers.set(fact.id, `f${transfers.size + 1}`);
    else if (fact.type.startsWith('share.') && 'id' in fact && !shares.has(fact.id)) shares.set(fact.id, `s${shares.size + 1}`);
  }
  const known = (id: string): string | undefined => peers.get(id) ?? messages.get(id) ?? transfers.get(id) ?? shares.get(id);
  const any = (id: string): string => known(id) ?? `${id.slice(0, 8)}…`;
  return { peer: any, message: any, transfer: any, share: any, any, knows: (id) => known(id) !== undefined };
}
