import type { TransferView } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import { inColumns } from '../../../core/shell/columns.js';
import { filesOfTransfer, percentOf, shortId } from '../../../core/shell/listings.js';
import { language } from '../../shared/words.js';
import { formatBar } from '../layout.js';
import type { Output } from '../Output.js';

const BAR_COLUMNS = 16;
const DRAW_MS_MIN = 100;
/** Of `1023 MiB/s` and of `59 s`: what changes all the time stays in its place. */
const SPEED_COLUMNS = 10;
const LEFT_COLUMNS = 4;

/** How a transfer stands, as it is drawn. */
export type Standing = Pick<TransferView, 'id' | 'with' | 'direction' | 'state' | 'bytes' | 'total' | 'bytesPerSecond' | 'pausedBy' | 'code'> & {
  readonly files: string;
};

export type TransferFact = Extract<DomainEvent, { readonly type: `transfer.${string}` }>;
export const isOfTransfer = (event: DomainEvent): event is TransferFact => event.type.startsWith('transfer.');
type NameOf = (peer: string) => string;

const percent = (bytes: number, total: number): string => `${percentOf(bytes, total)}%`;

/** Seconds as a person counts them; nothing when nobody knows, or nothing is left. */
export function left(bytes: number, total: number, bytesPerSecond: number): string {
  if (bytesPerSecond <= 0 || bytes >= total) return '';
  return language.remaining(((total - bytes) / bytesPerSecond) * 1_000);
}

/** Why it does not move; undefined when it does. */
export function rests({ state, pausedBy, code }: Pick<TransferView, 'state' | 'pausedBy' | 'code'>): string | undefined {
  if (pausedBy !== undefined) return language.states.pausedBy[pausedBy];
  if (state !== 'paused') return undefined;
  const { waits } = language.listings;
  return code === undefined ? waits : `${waits} [${code}]`;
}

export function standingOf(view: TransferView): Standing {
  return { ...view, files: filesOfTransfer(view, language) };
}

/** The transfers that are under way as people see them, followed by their facts, a line for each. */
export class Bars {
  readonly #standings = new Map<string, Standing>();
  #drawnMs = -Infinity;

  constructor(
    private readonly out: Output,
    private readonly nameOf: NameOf,
    private readonly nowMs: () => number,
  ) {}

  begin(views: readonly TransferView[]): void {
    for (const view of views)
      if (view.state === 'offered' || view.state === 'active' || view.state === 'paused') this.#standings.set(view.id, standingOf(view));
    this.#draw();
  }

  hear(fact: TransferFact): void {
    const next = this.#after(fact);
    if (next) this.#standings.set(fact.id, next);
    else this.#standings.delete(fact.id);
    const isDue = fact.type !== 'transfer.progressed' || this.nowMs() - this.#drawnMs >= DRAW_MS_MIN;
    if (isDue) this.#draw();
  }

  #after(fact: TransferFact): Standing | undefined {
    if (fact.type === 'transfer.offered' || fact.type === 'transfer.fetching') {
      const { id, peer, items, moreItems = 0, bytes: total } = fact;
      const begun =
        fact.type === 'transfer.offered' ? ({ direction: fact.direction, state: 'offered' } as const) : ({ direction: 'in', state: 'paused' } as const);
      const files = filesOfTransfer({ items, moreItems }, language);
      return { ...begun, id, with: this.nameOf(peer) as Standing['with'], bytes: 0, total, bytesPerSecond: 0, files };
    }
    const now = this.#standings.get(fact.id);
    if (!now) return undefined;
    switch (fact.type) {
      case 'transfer.started':
        return { ...without(now), state: 'active' };
      case 'transfer.progressed':
        return { ...now, bytes: fact.bytes, bytesPerSecond: fact.bytesPerSecond };
      case 'transfer.interrupted':
        return { ...now, state: 'paused', bytesPerSecond: 0, code: fact.code };
      case 'transfer.paused':
        return { ...now, state: 'paused', bytesPerSecond: 0, pausedBy: now.pausedBy === undefined || now.pausedBy === fact.by ? fact.by : 'both' };
      case 'transfer.resumed': {
        const other = fact.by === 'me' ? 'peer' : 'me';
        return now.pausedBy === 'both' || now.pausedBy === other ? { ...now, pausedBy: other } : without(now);
      }
      case 'transfer.completed':
      case 'transfer.ended':
        return undefined;
      default:
        return now;
    }
  }

  #draw(): void {
    this.#drawnMs = this.nowMs();
    const shown = [...this.#standings.values()].filter(({ state }) => state !== 'offered');
    this.out.live(inColumns(shown.map(bar)));
  }
}

function without({ pausedBy: _pausedBy, code: _code, ...rest }: Standing): Standing {
  return rest;
}

function bar(standing: Standing): string[] {
  const { id, with: name, direction, bytes, total, bytesPerSecond, files } = standing;
  const drawn = formatBar(total === 0 ? 1 : bytes / total, BAR_COLUMNS);
  const rest = rests(standing);
  const speed = language.speed(bytesPerSecond).padStart(SPEED_COLUMNS);
  const pace = rest === undefined ? [speed, left(bytes, total, bytesPerSecond).padStart(LEFT_COLUMNS)] : [rest, ''];
  return [shortId(id), `${language.states.direction[direction]} ${name}`, drawn, percent(bytes, total).padStart(4), ...pace, files];
}

/** Of the one that is waited for there is more room. */
export function progressLine(bytes: number, total: number, bytesPerSecond: number): string {
  const rest = left(bytes, total, bytesPerSecond);
  const done = language.listings.doneOf(language.bytes(bytes), language.bytes(total));
  return [
    `${formatBar(total === 0 ? 1 : bytes / total, 24)} ${done}`,
    language.speed(bytesPerSecond),
    ...(rest === '' ? [] : [language.listings.left(rest)]),
  ].join(', ');
}
