import { textWidth } from '../../base/textWidth.js';
import type { TraceEntry } from '../trace.js';
import { Canvas, toAscii } from './Canvas.js';
import { fold } from './fold.js';
import { fit, legible } from './legible.js';
import { readTrace, shortDuration } from './readTrace.js';
import type { ArrowRow, Row } from './rows.js';

export interface DiagramOptions {
  /** At most; 100 columns are enough for two devices and 140 for more. */
  readonly width?: number;
  /** For terminals that show nothing else. */
  readonly ascii?: boolean;
  /** Only so many of the last lines. */
  readonly tail?: number;
}

/** What a line is about, for who wants to colour it. */
export type LineKind = 'names' | 'frame' | 'lost' | 'fact' | 'trouble' | 'command' | 'world' | 'pause';

export interface DiagramLine {
  readonly kind: LineKind;
  readonly text: string;
}

/** Names are shown again after so many lines, so that no screen is without them. */
const NAMES_EVERY = 50;
/** Nothing for longer than this is shown as a break. */
const PAUSE_MS = 1_000;

/** The run as a picture: time runs down, one column for each device, arrows for frames. */
export const sequenceDiagram = (entries: readonly TraceEntry[], options: DiagramOptions = {}): string =>
  sequenceLines(entries, options)
    .map(({ text }) => text)
    .join('\n');

export function sequenceLines(entries: readonly TraceEntry[], options: DiagramOptions = {}): readonly DiagramLine[] {
  return new Diagram(entries, options).lines(fold(readTrace(entries)), options.tail);
}

/** Those who did something, in the order of appearance, the directory last. */
function columnsOf(entries: readonly TraceEntry[]): readonly string[] {
  const names = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'frame') names.add(entry.moment === 'sent' ? entry.from : entry.to);
    else if (entry.kind !== 'fault') names.add(entry.who);
  }
  return [...names].sort((a, b) => Number(a === 'directory') - Number(b === 'directory'));
}

const timeText = (atMs: number): string => `+${(atMs / 1_000).toFixed(3)} s`;

class Diagram {
  readonly #names: readonly string[];
  readonly #width: number;
  readonly #ascii: boolean;
  /** Column of the line of life of each. */
  readonly #at = new Map<string, number>();
  readonly #span: number;
  readonly #dead = new Set<string>();
  #shownMs: number | undefined;

  constructor(entries: readonly TraceEntry[], { width, ascii = false }: DiagramOptions) {
    this.#names = columnsOf(entries);
    this.#width = Math.min(width ?? Infinity, this.#names.filter((name) => name !== 'directory').length > 2 ? 140 : 100);
    this.#ascii = ascii;
    const margin = timeText(entries.at(-1)?.atMs ?? 0).length + 2;
    this.#span = Math.floor((this.#width - margin) / Math.max(1, this.#names.length));
    for (const [i, name] of this.#names.entries()) this.#at.set(name, margin + i * this.#span);
  }

  lines(rows: readonly Row[], tail = Infinity): readonly DiagramLine[] {
    const drawn: DiagramLine[] = [];
    let beforeMs: number | undefined;
    for (const row of rows) {
      const pauseMs = row.kind === 'remark' ? 0 : row.atMs - (beforeMs ?? row.atMs);
      if (pauseMs > PAUSE_MS) drawn.push({ kind: 'pause', text: this.#across('·', shortDuration(pauseMs)) });
      drawn.push(this.#draw(row));
      beforeMs = Math.max(beforeMs ?? 0, row.untilMs ?? row.atMs);
    }
    const from = Math.max(0, drawn.length - tail);
    const left: DiagramLine[] = from === 0 ? [] : [{ kind: 'pause', text: this.#across('·', `${from} lines before`) }];
    return [...left, ...drawn.slice(from).flatMap((line, i) => (i % NAMES_EVERY === 0 ? [this.#head(), line] : [line]))];
  }

  #head(): DiagramLine {
    const canvas = new Canvas(this.#width);
    for (const [name, at] of this.#at) canvas.put(at, this.#fit(this.#legible(name), this.#span - 2));
    return { kind: 'names', text: canvas.toString() };
  }

  #draw(row: Row): DiagramLine {
    if (row.kind === 'remark') return { kind: 'pause', text: this.#across('·', row.text + this.#until(row)) };
    if (row.kind === 'band') {
      if (row.life === 'ends' && row.who !== undefined) this.#dead.add(row.who);
      const text = this.#across('═', this.#legible(row.text, true), row.atMs);
      if (row.life === 'begins' && row.who !== undefined) this.#dead.delete(row.who);
      return { kind: 'world', text };
    }
    const canvas = this.#lifelines(row.atMs);
    if (row.kind === 'arrow') return this.#arrow(canvas, row);
    // Whoever says something is alive.
    this.#dead.delete(row.who);
    const at = this.#at.get(row.who) ?? 0;
    const mark = row.tone === 'command' ? '>' : row.tone === 'trouble' ? '▲' : '●';
    const more = this.#times(row) + this.#until(row);
    const text = this.#fit(this.#legible(row.text), this.#width - at - 2 - textWidth(this.#drawn(more))) + this.#drawn(more);
    canvas.put(at, this.#drawn(mark)).put(at + 1, ` ${text}`);
    return { kind: row.tone, text: canvas.toString() };
  }

  #arrow(canvas: Canvas, row: ArrowRow): DiagramLine {
    const [from, to] = [this.#at.get(row.from) ?? 0, this.#at.get(row.to) ?? 0];
    const rightward = to > from;
    const [left, right] = rightward ? [from, to] : [to, from];
    const partial = Math.floor((right - left) * 0.7);
    const atSender = row.part === 'leaves' || row.part === 'lost';
    const whole = row.part === 'whole';
    // The columns the shaft covers: all of the way, or what is nearer to the one end that is shown.
    const begin = whole || atSender === rightward ? left + 1 : right - partial;
    const end = whole || atSender !== rightward ? right - 1 : left + partial;
    canvas.fill(begin, end, this.#drawn('─'));
    for (const at of this.#at.values()) if (at > begin && at < end) canvas.put(at, this.#drawn('┼'));
    const tip = rightward ? end : begin;
    const tail = rightward ? begin : end;
    canvas.put(tip, this.#drawn(row.part === 'lost' ? '╳' : row.part === 'leaves' ? (rightward ? '╮' : '╭') : rightward ? '▶' : '◀'));
    if (row.part === 'arrives') canvas.put(tail, this.#drawn(rightward ? '╰' : '╯'));
    // Over the column of somebody else the label would hide that the arrow only passes.
    const passes = end - begin > this.#span;
    const middle = !passes ? (begin + end + 1) / 2 : rightward ? begin + this.#span / 2 : end - this.#span / 2;
    const label = ` ${this.#labelOf(row, Math.min(end - begin, this.#span) - 6)} `;
    canvas.put(Math.floor(middle - textWidth(label) / 2), label);
    return { kind: row.part === 'lost' || row.part === 'unsent' ? 'lost' : 'frame', text: canvas.toString() };
  }

  #labelOf(row: ArrowRow, columns: number): string {
    const { times, untilMs, atMs, part } = row;
    const counted = times === undefined || untilMs === undefined || untilMs === atMs ? '' : ` in ${shortDuration(untilMs - atMs)}`;
    const more = this.#drawn(`${part === 'unsent' ? ' (never sent)' : ''}${this.#times(row)}${counted}`);
    return this.#fit(this.#legible(row.label), columns - textWidth(more)) + more;
  }

  /** The time, where it is another than in the line above, and the line of life of everybody who lives. */
  #lifelines(atMs: number): Canvas {
    const canvas = this.#timed(atMs);
    for (const [name, at] of this.#at) if (!this.#dead.has(name)) canvas.put(at, this.#drawn('│'));
    return canvas;
  }

  #timed(atMs: number): Canvas {
    const canvas = new Canvas(this.#width);
    if (atMs !== this.#shownMs) canvas.put(Math.max(0, (this.#at.values().next().value ?? 0) - 2 - timeText(atMs).length), timeText(atMs));
    this.#shownMs = atMs;
    return canvas;
  }

  /** A line from the left to the right with a text in it. */
  #across(character: string, text: string, atMs?: number): string {
    const from = this.#at.values().next().value ?? 0;
    const canvas = atMs === undefined ? new Canvas(this.#width) : this.#timed(atMs);
    canvas.fill(from, this.#width - 1, this.#drawn(character));
    return canvas.put(from + 3, ` ${this.#fit(this.#drawn(text), this.#width - from - 8)} `).toString();
  }

  #times = ({ times }: Row): string => (times === undefined ? '' : ` ×${times}`);
  #until = ({ untilMs, atMs }: Row): string => (untilMs === undefined || untilMs === atMs ? '' : ` until ${timeText(untilMs)}`);
  #drawn = (drawing: string): string => (this.#ascii ? toAscii(drawing) : drawing);
  #fit = (text: string, columns: number): string => fit(text, columns, this.#drawn('…'));
  #legible = (text: string, drawing = false): string => legible(drawing ? this.#drawn(text) : text, this.#ascii);
}
