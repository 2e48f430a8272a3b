import type { TransferView } from '../../../core/index.js';
import { bar, clipStart, widthOf, wrapText } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import type { ActionName } from '../state/actionNames.js';
import type { Input, Size } from '../state/Input.js';
import type { Scene } from '../state/Scene.js';
import type { Dialog, DialogStep, Hint, Panel } from './Dialog.js';
import { inRoom, listLines, movedIndex, nameLine, placeOf, rowChosen, spread } from './parts.js';
import { shownPath } from './paths/absolutePath.js';
import { keyOf } from './widgets/pressed.js';

/** All about one transfer. `about`: its id. */
export interface TransferState {
  readonly id: string;
  /** The file the cursor is on. */
  readonly index: number;
}

const HOLDERS_SHOWN = 3;
const BAR_COLUMNS = 30;

export const transferDialog: Dialog<TransferState> = {
  kind: 'transfer',
  open: (_scene, about = '') => ({ state: { id: about, index: 0 } }),
  draw: inRoom(drawTransfer),
  step(state, input, scene) {
    const transfer = transferOf(state, scene);
    if (!transfer) return undefined;
    const index = rowChosen(input) ?? movedIndex(input, state.index, filesOf(transfer).length, true);
    if (index !== undefined) return { state: { ...state, index } };
    return acted(state, transfer, input);
  },
};

const transferOf = ({ id }: TransferState, { view }: Scene): TransferView | undefined => view.transfers.find((one) => one.id === id);

interface Offered {
  readonly action: ActionName;
  readonly key: string;
  readonly text: 'accept' | 'decline' | 'pause' | 'resume' | 'cancel';
}

/** What can be done with it now. */
function offeredFor({ state, direction, pausedBy }: TransferView): readonly Offered[] {
  const isOver = state !== 'offered' && state !== 'active' && state !== 'paused';
  if (isOver) return [];
  if (state === 'offered' && direction === 'in') {
    return [
      { action: 'accept-file', key: 'y', text: 'accept' },
      { action: 'decline-file', key: 'n', text: 'decline' },
    ];
  }
  const heldHere = pausedBy === 'me' || pausedBy === 'both';
  const hold: Offered = heldHere ? { action: 'resume', key: 'R', text: 'resume' } : { action: 'pause', key: 'P', text: 'pause' };
  const cancel: Offered = { action: 'cancel', key: 'X', text: 'cancel' };
  return state === 'offered' ? [cancel] : [hold, cancel];
}

function acted(state: TransferState, transfer: TransferView, input: Input): DialogStep<TransferState> | undefined {
  if (input.type === 'chosen' && input.choice === 'close') return { close: true };
  const name = keyOf(input);
  const offered = offeredFor(transfer).find(({ key, action }) => key === name || action === name);
  if (!offered) return name === 'enter' ? { close: true } : undefined;
  const action = { name: offered.action, on: transfer.id };
  // The question about the files says all that is said here.
  return offered.action === 'accept-file' ? { close: true, action } : { state, action };
}

function drawTransfer(state: TransferState, scene: Scene, room: Size): Panel {
  const { language } = scene;
  const words = language.fileDialogs.transfer;
  const transfer = transferOf(state, scene);
  const close: Hint = { key: 'esc', text: language.fileDialogs.hints.close, choose: 'close' };
  if (!transfer) return { title: words.title, lines: [[span(words.gone)]], hints: [close] };
  const { rows, columns } = room;
  const files = filesOf(transfer);
  const head = headLines(transfer, scene, columns, placeOf(state.index, files.length));
  const more = (transfer.moreItems ?? 0) > 0 ? [[span(`  ${language.fileDialogs.more(transfer.moreItems ?? 0)}`, 'faint')]] : [];
  const where = transfer.into === undefined ? [] : [[span(clipStart(words.into(shownPath(transfer.into, scene.home)), columns), 'faint')]];
  const listRows = Math.max(1, Math.min(files.length, rows - head.length - more.length - where.length));
  const list = listLines(files.length, state.index, { rows: listRows, columns }, (row, wide) => fileLine(files[row], scene, wide));
  const hints = offeredFor(transfer).map(({ key, action, text }) => ({ key, text: language.fileDialogs.hints[text], choose: action }));
  return { title: words.title, lines: [...head, ...list, ...more, ...where], hints: [...hints, close] };
}

interface FileRow {
  readonly name: string;
  readonly bytes?: number;
}

/** The files with their sizes; where paths on this device are known, those. */
function filesOf({ items, paths }: TransferView): readonly FileRow[] {
  return paths.length === items.length ? items.map(({ bytes }, i) => ({ name: paths[i] ?? '', bytes })) : [...items, ...paths.map((name) => ({ name }))];
}

function fileLine(file: FileRow | undefined, { language, home }: Scene, columns: number): Line {
  if (!file) return [];
  const size = [span(file.bytes === undefined ? '' : language.bytes(file.bytes), 'faint')];
  return spread([span(clipStart(shownPath(file.name, home), columns - widthOf(size) - 2))], size, columns);
}

function headLines(transfer: TransferView, scene: Scene, columns: number, place: Line): Line[] {
  const { language, nowMs } = scene;
  const { direction, createdMs, bytes, total } = transfer;
  const share = total === 0 ? (transfer.state === 'done' ? 1 : 0) : bytes / total;
  const way = language.states.direction[direction];
  return [
    spread([span(`${way} `, 'faint'), ...nameLine(scene, transfer.with)], [span(language.date(createdMs, nowMs), 'faint')], columns),
    spread([...bar(share, BAR_COLUMNS), span(` ${Math.floor(share * 100)} %`)], [span(`${language.bytes(bytes)} / ${language.bytes(total)}`)], columns),
    ...stateLines(transfer, scene, columns),
    ...holderLines(transfer, scene, columns),
    spread([], place, columns),
  ];
}

/** How it stands, how fast it goes, and why it does not. */
function stateLines({ state, pausedBy, bytesPerSecond, secondsLeft, code, item, needsPassphrase }: TransferView, { language }: Scene, columns: number): Line[] {
  const words = language.fileDialogs.transfer;
  const how = state === 'paused' && pausedBy ? language.states.pausedBy[pausedBy] : language.states.transfer[state];
  const pace = state === 'active' && bytesPerSecond > 0 ? `, ${language.speed(bytesPerSecond)}` : '';
  const left = state === 'active' && secondsLeft !== undefined ? `, ${words.left(language.duration(secondsLeft * 1_000))}` : '';
  const ink = state === 'done' ? 'good' : state === 'failed' ? 'bad' : state === 'paused' ? 'warning' : 'plain';
  return [
    [span(how + pace + left, ink)],
    ...(code === undefined ? [] : wrapText(item === undefined ? language.failure(code) : `${item}: ${language.failure(code)}`, columns, ink).slice(0, 4)),
    ...(needsPassphrase === true && state === 'offered' ? wrapText(words.passphrase, columns, 'warning') : []),
  ];
}

/** Who has something of it, and what came from each. */
function holderLines({ holders = [] }: TransferView, { language }: Scene, columns: number): Line[] {
  const words = language.fileDialogs;
  const shown = holders.slice(0, HOLDERS_SHOWN).map(({ with: name, bytes, bytesPerSecond }) => {
    const pace = bytesPerSecond > 0 ? `, ${language.speed(bytesPerSecond)}` : '';
    return spread([span(`  ${language.states.direction.in} `, 'faint'), span(name)], [span(`${language.bytes(bytes)}${pace}`, 'faint')], columns);
  });
  return holders.length > shown.length ? [...shown, [span(`  ${words.more(holders.length - shown.length)}`, 'faint')]] : shown;
}
