import { personOf, type TransferView } from '../../../../core/index.js';
import { clipStart, widthOf } from '../../lines/layout.js';
import { span, type Line } from '../../lines/Line.js';
import type { Scene } from '../../state/Scene.js';
import type { Hint, Panel } from '../Dialog.js';
import { failureLines, fieldRow, hiddenField, listLines, nameLine, placeOf, spread } from '../parts.js';
import { shownEntries } from '../paths/PathField.js';
import { pathLines } from '../paths/pathLines.js';
import { buttonRow } from '../widgets/buttonRow.js';
import { offerOf, type FileQuestionState } from './FileQuestionState.js';
import type { Size } from '../../state/Input.js';

export function drawFileQuestion(state: FileQuestionState, scene: Scene, room: Size): Panel {
  const offer = offerOf(state, scene);
  const words = scene.language.fileDialogs;
  if (offer?.state !== 'offered') {
    const how = offer ? scene.language.states.transfer[offer.state] : undefined;
    return { title: words.question.title, lines: [[span(how === undefined ? words.question.gone : words.question.over(how))]], hints: [closeHint(scene)] };
  }
  const { rows, columns } = room;
  const fields = fieldsOf(state, offer, scene, columns);
  const below = [...fields.lines, ...(state.failure ? failureLines(state.failure, scene, columns) : []), [], actionLine(state, scene)];
  const head = headLines(offer, state.index, scene, columns);
  const listRows = Math.max(1, rows - head.length - below.length - 1);
  const list =
    state.stop === 'into' && (state.into.field.text !== '' || shownEntries(state.into).length > 0)
      ? pathLines(state.into, scene, { rows: listRows, columns })
      : fileLines(state, offer, scene, { rows: Math.min(listRows, rowsOf(offer)), columns });
  const top = [...head, ...list, []];
  return {
    title: words.question.title,
    lines: [...top, ...below],
    ...(fields.caret ? { caret: { row: top.length + fields.caret.row, column: fields.caret.column } } : {}),
    hints: hintsOf(state, scene),
  };
}

const closeHint = ({ language }: Scene): Hint => ({ key: 'esc', text: language.fileDialogs.hints.close, choose: 'later' });

function headLines(offer: TransferView, index: number, scene: Scene, columns: number): Line[] {
  const { language } = scene;
  const words = language.fileDialogs;
  const count = offer.items.length + (offer.moreItems ?? 0);
  return [
    spread(nameLine(scene, offer.with), [span(language.date(offer.createdMs, scene.nowMs), 'faint')], columns),
    spread([span(words.question.offers(words.files(count), language.bytes(offer.total)))], placeOf(index, offer.items.length), columns),
    [],
  ];
}

/** Of a short list all files, so that the question is no larger than it must be. */
const rowsOf = ({ items, moreItems }: TransferView): number => items.length + (moreItems === undefined ? 0 : 1);

function fileLines(state: FileQuestionState, { items, moreItems }: TransferView, scene: Scene, room: Size): Line[] {
  const { language } = scene;
  const rows = moreItems === undefined ? room.rows : room.rows - 1;
  const draw = (row: number, columns: number): Line => {
    const item = items[row];
    if (!item) return [];
    const bytes = [span(language.bytes(item.bytes), 'faint')];
    return spread([span(clipStart(item.name, columns - widthOf(bytes) - 2))], bytes, columns);
  };
  const lines = listLines(items.length, state.index, { rows, columns: room.columns }, draw, state.stop === 'files');
  return moreItems === undefined ? lines : [...lines, [span(`  ${language.fileDialogs.more(moreItems)}`, 'faint')]];
}

function fieldsOf(
  state: FileQuestionState,
  offer: TransferView,
  scene: Scene,
  columns: number,
): { readonly lines: readonly Line[]; readonly caret?: Panel['caret'] } {
  const words = scene.language.fileDialogs.question;
  const labels = offer.needsPassphrase === true ? [words.into, words.passphrase, words.fromNowOn] : [words.into, words.fromNowOn];
  const labelColumns = Math.max(...labels.map((label) => label.length)) + 2;
  const into = fieldRow(words.into, state.into.field, { labelColumns, columns, active: state.stop === 'into', choose: 'into', placeholder: words.usual });
  const lines = [into.line];
  let caret = state.stop === 'into' ? { row: 0, column: into.caret } : undefined;
  if (offer.needsPassphrase === true) {
    const active = state.stop === 'passphrase';
    const row = fieldRow(words.passphrase, hiddenField(state.passphrase), {
      labelColumns,
      columns,
      active,
      choose: 'passphrase',
      placeholder: words.passphraseNeeded,
    });
    if (active) caret = { row: lines.length, column: row.caret };
    lines.push(row.line);
  }
  lines.push(trustLine(state, offer, scene, labelColumns));
  return { lines, ...(caret ? { caret } : {}) };
}

function trustLine({ stop, trust }: FileQuestionState, offer: TransferView, { language, view }: Scene, labelColumns: number): Line {
  const words = language.fileDialogs.question;
  const text = trust === undefined ? words.askMe : words.always(offer.with, language.bytes(trust));
  const active = stop === 'trust';
  const isSure = trust === undefined || personOf(view, offer.with)?.verified === true;
  return [
    span(`${active ? '»' : ' '} ${words.fromNowOn}`.padEnd(labelColumns + 2), active ? 'strong' : 'faint', { choose: 'trust' }),
    // Above, beside the name, it says why.
    ...(isSure ? [] : [span('! ', 'warning', { choose: 'trust' })]),
    span(active ? `< ${text} >` : text, active ? 'cursor' : 'plain', { choose: 'trust' }),
  ];
}

function actionLine({ stop, asked }: FileQuestionState, { language }: Scene): Line {
  const words = language.fileDialogs;
  if (asked !== undefined) return [span(words.waiting, 'warning')];
  const buttons = [
    { text: words.hints.accept, choose: 'accept' },
    { text: words.hints.decline, choose: 'decline' },
  ];
  return buttonRow(buttons, stop === 'accept' ? 0 : stop === 'decline' ? 1 : -1);
}

function hintsOf({ stop }: FileQuestionState, { language }: Scene): readonly Hint[] {
  const { hints } = language.fileDialogs;
  const later: Hint = { key: 'esc', text: hints.later, choose: 'later' };
  if (stop === 'into') return [{ key: 'tab', text: hints.complete }, { key: 'enter', text: hints.next }, later];
  if (stop === 'passphrase') return [{ key: 'enter', text: hints.accept, choose: 'accept' }, later];
  return [
    { key: 'y', text: hints.accept, choose: 'accept' },
    { key: 'n', text: hints.decline, choose: 'decline' },
    { key: 'tab', text: hints.nextField },
    later,
  ];
}
