import { clipLine, clipStart, widthOf, wrapText } from '../../lines/layout.js';
import { span, type Line } from '../../lines/Line.js';
import type { Scene } from '../../state/Scene.js';
import type { Hint, Panel } from '../Dialog.js';
import { failureLines, fieldRow, hiddenField, nameLine, placeOf, spread } from '../parts.js';
import { shownPath } from '../paths/absolutePath.js';
import { entryAtCursor, entryPath, shownEntries } from '../paths/PathField.js';
import { pathLines } from '../paths/pathLines.js';
import { buttonRow } from '../widgets/buttonRow.js';
import type { Chosen, SendFileState } from './SendFileState.js';
import type { Size } from '../../state/Input.js';

export function drawSendFile(state: SendFileState, scene: Scene, room: Size): Panel {
  const title = scene.language.fileDialogs.send.title(state.to);
  return { title, ...(state.sending.length > 0 ? drawSending(state, scene, room) : drawChoosing(state, scene, room)) };
}

function drawChoosing({ path, marked }: SendFileState, scene: Scene, { rows, columns }: Size): Omit<Panel, 'title'> {
  const { language, home } = scene;
  const words = language.fileDialogs;
  const row = fieldRow(words.paths.path, path.field, { labelColumns: words.paths.path.length + 2, columns, active: true, choose: 'path' });
  const isMarked = new Set(marked.map((one) => one.path));
  const list = pathLines(path, scene, { rows: Math.max(1, rows - 3), columns }, (entry) => isMarked.has(entryPath(path, entry, home)));
  const place = placeOf(path.index, shownEntries(path).length);
  const status = marked.length === 0 ? [] : [span(words.marked(marked.length, sizeOf(marked, scene)), 'accent')];
  return {
    lines: [row.line, [], ...list, spread(status, place, columns)],
    caret: { row: 0, column: row.caret },
    hints: choosingHints({ path, marked }, scene),
  };
}

/** Of what is known; with `+` where there are folders, which nobody has counted. */
function sizeOf(chosen: readonly Chosen[], { language }: Scene): string {
  const bytes = chosen.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
  return chosen.some((one) => one.bytes === undefined) ? `${language.bytes(bytes)} +` : language.bytes(bytes);
}

function choosingHints({ path, marked }: Pick<SendFileState, 'path' | 'marked'>, { language }: Scene): readonly Hint[] {
  const { hints } = language.fileDialogs;
  const isFolder = entryAtCursor(path)?.folder === true;
  return [
    { key: 'tab', text: hints.complete },
    { key: 'enter', text: isFolder ? hints.open : hints.send, choose: 'enter' },
    { key: 'space', text: hints.mark, choose: 'space' },
    ...(isFolder || marked.length > 0 ? [{ key: 'ctrl-s', text: hints.send, choose: 'choose-send' }] : []),
    { key: 'esc', text: hints.close },
  ];
}

function drawSending(state: SendFileState, scene: Scene, { rows, columns }: Size): Omit<Panel, 'title'> {
  const { language } = scene;
  const words = language.fileDialogs;
  const fields = [
    { stop: 'passphrase', label: words.send.passphrase, placeholder: words.send.optional },
    { stop: 'again', label: words.send.again, placeholder: '' },
  ] as const;
  const labelColumns = Math.max(...fields.map(({ label }) => label.length)) + 2;
  const drawn = fields.map(({ stop, label, placeholder }) =>
    fieldRow(label, hiddenField(state[stop]), { labelColumns, columns, active: state.stop === stop, choose: `stop:${stop}`, placeholder }),
  );
  const note = state.passphrase.text === '' ? [] : wrapText(words.send.tellThem(state.to), columns, 'faint');
  const wrong = state.differs ? wrapText(words.send.differs, columns, 'bad') : [];
  const below = [
    [],
    ...drawn.map(({ line }) => line),
    ...note,
    ...wrong,
    ...(state.failure ? failureLines(state.failure, scene, columns) : []),
    [],
    buttons(state, scene),
  ];
  const head: Line[] = [nameLine(scene, state.to), [span(words.send.summary(state.sending.length, sizeOf(state.sending, scene)))], []];
  const list = chosenLines(state.sending, scene, Math.max(1, rows - head.length - below.length), columns);
  const fieldAt = fields.findIndex(({ stop }) => stop === state.stop);
  const caret = drawn[fieldAt]?.caret;
  return {
    lines: [...head, ...list, ...below],
    ...(caret === undefined ? {} : { caret: { row: head.length + list.length + 1 + fieldAt, column: caret } }),
    hints: [
      { key: 'enter', text: words.hints.send, choose: 'choose-send' },
      { key: 'tab', text: words.hints.nextField },
      { key: 'esc', text: words.hints.back, choose: 'choose-back' },
    ],
  };
}

function buttons({ asked, stop }: SendFileState, { language }: Scene): Line {
  const { hints, waiting } = language.fileDialogs;
  if (asked) return [span(waiting, 'warning')];
  const both = [
    { text: hints.send, choose: 'choose-send' },
    { text: hints.back, choose: 'choose-back' },
  ];
  return buttonRow(both, stop === 'send' ? 0 : -1);
}

function chosenLines(chosen: readonly Chosen[], { language, home }: Scene, rows: number, columns: number): Line[] {
  const shown = chosen.length > rows ? chosen.slice(0, Math.max(0, rows - 1)) : chosen;
  const lines = shown.map(({ path, folder, bytes }) => {
    const size = [span(folder ? language.fileDialogs.paths.folder : bytes === undefined ? '' : language.bytes(bytes), 'faint')];
    return spread([span(`  ${clipStart(shownPath(path, home), columns - widthOf(size) - 4)}`)], size, columns);
  });
  return shown.length < chosen.length ? [...lines, clipLine([span(`  ${language.fileDialogs.more(chosen.length - shown.length)}`, 'faint')], columns)] : lines;
}
