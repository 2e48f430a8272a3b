import { isQuestion, type Language, type TransferView } from '../../../core/index.js';
import { bar, clipMiddle, widthOf, wrapText } from '../lines/layout.js';
import { span, type Ink, type Line } from '../lines/Line.js';
import type { Scene } from '../state/Scene.js';
import { answerHints } from './answerHints.js';
import { fitting } from './rows.js';
import { ALARM, roughly, VERIFIED } from './signs.js';
import type { PaneName } from '../state/paneNames.js';

const BAR_COLUMNS_MAX = 24;
const BAR_COLUMNS_MIN = 6;
const BAR_SHARE = 0.22;
/** Which way it goes. */
const WAY: Readonly<Record<TransferView['direction'], string>> = { in: '↓', out: '↑' };
const PAUSED = '║';
/** Items named in one line; more would not fit on any screen. */
const NAMED_MAX = 8;

export const waySign = ({ direction }: TransferView): string => WAY[direction];

/** What it is about: the names, and how many there are besides. */
export function itemNames(transfer: TransferView, { panes }: Language, columns: number, ink: Ink): Line {
  const count = transfer.items.length + (transfer.moreItems ?? 0);
  const [first] = transfer.items;
  const all = transfer.items.slice(0, NAMED_MAX).map(({ name }) => name);
  const whole: Line = [span(all.join(', '), ink)];
  if (count <= all.length && widthOf(whole) <= columns) return whole;
  const more: Line = count > 1 ? [span(` ${panes.transfers.more(count - 1)}`, 'faint')] : [];
  return [span(clipMiddle(first?.name ?? '', Math.max(1, columns - widthOf(more))), ink), ...more];
}

/** How it stands, in at most so many columns: what does not fit is left out from its end. `nowMs`: says how long ago it was. */
export function stateLine(transfer: TransferView, language: Language, nowMs: number | undefined, columns: number): Line {
  const { states, panes } = language;
  const { transfers } = panes;
  const bytes = (count: number): string => language.bytes(count);
  switch (transfer.state) {
    case 'offered':
      return isQuestion(transfer)
        ? [
            span(`? ${transfers.offers(bytes(transfer.total))}`, 'warning'),
            ...(transfer.needsPassphrase ? [span(` · ${transfers.passphrase}`, 'warning')] : []),
          ]
        : [
            transfer.pausedBy === undefined
              ? span(`… ${transfers.waitsForAnswer}`, 'faint')
              : span(`${PAUSED} ${states.pausedBy[transfer.pausedBy]}`, 'warning'),
            span(` · ${bytes(transfer.total)}`, 'faint'),
          ];
    case 'active': {
      const word = [span(transfer.direction === 'in' ? transfers.receives : transfers.sends, 'accent')];
      const left = transfer.secondsLeft === undefined ? [] : [span(transfers.left(roughly(transfer.secondsLeft * 1_000)))];
      const of = [span(transfers.of(bytes(transfer.bytes), bytes(transfer.total)), 'faint')];
      // What moves says so by its speed; what does not needs a word first.
      if (transfer.bytesPerSecond > 0) return progress(transfer, [[span(language.speed(transfer.bytesPerSecond))], left, word, of], columns);
      return progress(transfer, [word, left, transfer.bytes === 0 ? [span(transfers.waitsForStart, 'faint')] : [], of], columns);
    }
    case 'paused': {
      const who = transfer.pausedBy === undefined ? states.transfer.paused : states.pausedBy[transfer.pausedBy];
      return progress(transfer, [[span(`${PAUSED} ${who}`, 'warning')], [span(transfers.of(bytes(transfer.bytes), bytes(transfer.total)), 'faint')]], columns);
    }
    case 'done':
      return [
        span(`${VERIFIED} ${states.transfer.done}`, 'good'),
        span(` · ${bytes(transfer.total)}${nowMs === undefined ? '' : ` · ${language.ago(transfer.createdMs, nowMs)}`}`, 'faint'),
      ];
    case 'failed':
      return [span(`${ALARM} ${states.transfer.failed}`, 'bad'), span(` · ${bytes(transfer.total)}`, 'faint')];
    case 'declined':
    case 'cancelled':
      return [span(`× ${states.transfer[transfer.state]}`, 'faint'), span(` · ${bytes(transfer.total)}`, 'faint')];
  }
}

/** The bar is equally wide in every row, so that one compares them; words that have no room are left out from the end. */
function progress(transfer: TransferView, said: readonly Line[], columns: number): Line {
  const share = transfer.total > 0 ? transfer.bytes / transfer.total : 0;
  const percent = [span(`${String(Math.floor(Math.min(1, share) * 100)).padStart(3)} %`, 'strong')];
  const drawn = Math.min(BAR_COLUMNS_MAX, Math.floor(columns * BAR_SHARE));
  const head: Line = drawn < BAR_COLUMNS_MIN ? percent : [...bar(share, drawn), ...percent];
  return [...head, span('  '), ...fitting(said, columns - widthOf(head) - 2, span(' · ', 'faint'))];
}

/** Why it does not go on, or why it ended: one sentence, and the code. */
export function reasonLines(transfer: TransferView, language: Language, columns: number): readonly Line[] {
  if (transfer.code === undefined || transfer.state === 'active' || transfer.state === 'done') return [];
  if (transfer.state === 'declined' || transfer.state === 'cancelled') return [];
  const ink = transfer.state === 'failed' ? 'bad' : 'warning';
  return wrapText(language.failure(transfer.code, transfer.item), columns, ink);
}

/** What can be answered to an offer. */
export const answerLine = (scene: Scene, { id }: TransferView, pane: PaneName): Line => answerHints(scene, pane, ['accept-file', 'decline-file'], id);
