import type { FriendView } from '../../../../core/index.js';
import { clipLine, padLine, wrapText } from '../../lines/layout.js';
import { EMPTY_LINE, span, type Line } from '../../lines/Line.js';
import type { Scene } from '../../state/Scene.js';
import type { Hint, Panel } from '../Dialog.js';
import { choiceLines } from '../widgets/choiceLines.js';
import { failureProse, fitted, groups, proseColumns } from '../widgets/prose.js';
import { qrLines, qrSize } from './qrLines.js';
import { answersOf, verifiedFriend, type VerifyAnswer, type VerifyState } from './VerifyState.js';
import type { Size } from '../../state/Input.js';

/** Between the code and the text beside it. */
const GAP_COLUMNS = 2;
/** The text beside the code is no narrower than this. */
const TEXT_COLUMNS_MIN = 30;
const TEXT_COLUMNS_MAX = 44;
/** A window in which there is room for both. */
const WINDOW = { columns: 80, rows: 24 };
const NUMBER_GROUPS = 3;
const NUMBER_GROUPS_WIDE = 6;

/** The number, the code beside it where there is room, and what to answer. */
export function drawVerify(state: VerifyState, scene: Scene, room: Size): Panel {
  const words = scene.language.safetyNumber;
  const friend = verifiedFriend(state, scene);
  const title = words.title(state.name);
  const hints = hintsOf(state, friend, scene);
  const modules = friend && !state.differ && state.qr && state.qr.number === state.number ? state.qr.modules : undefined;
  const size = modules && qrSize(modules.length);
  if (modules && size && size.rows <= room.rows && size.columns + GAP_COLUMNS + TEXT_COLUMNS_MIN <= room.columns) {
    const columns = Math.min(TEXT_COLUMNS_MAX, room.columns - size.columns - GAP_COLUMNS);
    const text = textLines(state, scene, { rows: room.rows, columns }, NUMBER_GROUPS, []);
    const code = qrLines(modules);
    const margin = [span(' '.repeat(size.columns))];
    const lines = Array.from({ length: Math.max(code.length, text.length) }, (_, i): Line => {
      return [...(code[i] ?? margin), span(' '.repeat(GAP_COLUMNS)), ...padLine(text[i] ?? EMPTY_LINE, columns)];
    });
    return { title, lines: fitted(lines, room), hints };
  }
  const columns = proseColumns(room);
  const perLine = columns >= NUMBER_GROUPS_WIDE * 6 ? NUMBER_GROUPS_WIDE : NUMBER_GROUPS;
  const why = modules ? wrapText(words.noRoom(WINDOW.columns, WINDOW.rows), columns, 'faint') : [];
  return { title, lines: fitted(textLines(state, scene, { rows: room.rows, columns }, perLine, why), room), hints };
}

/** How it stands, the number, how to compare, and the answers: these are there however little room there is. */
function textLines(state: VerifyState, scene: Scene, { rows, columns }: Size, perLine: number, why: readonly Line[]): Line[] {
  const words = scene.language.safetyNumber;
  const friend = verifiedFriend(state, scene);
  const answers = answerLines(state, friend, scene, columns);
  const number = state.number === undefined ? wrapText(words.looking, columns, 'faint') : groups(state.number, ' ', perLine);
  const told = tellingLines(state, scene, columns);
  if (!friend) return [...wrapText(words.gone, columns), EMPTY_LINE, ...answers].slice(0, rows);
  if (state.differ) return squeezed([differLines(state, friend, scene, columns), told, answers], rows);
  const how = told.length > 0 ? told : wrapText(friend.keyChanged ? words.howAgain(state.name) : words.how(state.name), columns);
  return squeezed([standingLines(friend, scene, columns), number, [...how, ...why], answers], rows);
}

/** Parts with an empty line between them; without these lines, and with less of what is not a number or an answer, when it is too much. */
function squeezed(parts: readonly (readonly Line[])[], rows: number): Line[] {
  const filled = parts.filter((part) => part.length > 0);
  const spaced = filled.flatMap((part, i) => (i === 0 ? part : [EMPTY_LINE, ...part]));
  if (spaced.length <= rows) return spaced;
  const end = filled.at(-1) ?? [];
  return [
    ...filled
      .slice(0, -1)
      .flat()
      .slice(0, Math.max(0, rows - end.length)),
    ...end,
  ].slice(-rows);
}

function standingLines(friend: FriendView, { language }: Scene, columns: number): Line[] {
  const words = language.safetyNumber;
  if (friend.keyChanged) return [[span(`!! ${words.changed} !!`, 'bad')], ...wrapText(words.changedMeans(friend.name), columns, 'bad')];
  return friend.verified ? [clipLine([span(`√ ${words.verified}`, 'good')], columns)] : [clipLine([span(`? ${words.unverified}`, 'warning')], columns)];
}

function differLines(state: VerifyState, friend: FriendView, { language }: Scene, columns: number): Line[] {
  const words = language.safetyNumber;
  return [
    [span(`!! ${words.differTitle} !!`, 'bad')],
    ...wrapText(words.differDo(state.name), columns),
    ...(friend.keyChanged ? wrapText(words.differChanged(state.name), columns) : []),
    ...(state.takenBack ? wrapText(words.takenBack, columns, 'warning') : []),
  ];
}

/** What is being done, what went wrong, or that the number is a new one. */
function tellingLines({ busy, failure, moved }: VerifyState, scene: Scene, columns: number): Line[] {
  const words = scene.language.safetyNumber;
  if (busy === 'confirm') return wrapText(words.confirming, columns, 'accent');
  if (busy === 'take-back') return wrapText(words.takingBack, columns, 'accent');
  if (failure) return failureProse(failure, scene, columns);
  return moved ? wrapText(words.moved, columns, 'warning') : [];
}

function textOf(answer: VerifyAnswer, name: string, { language }: Scene): string {
  const { safetyNumber: words, peopleDialogs } = language;
  const texts: Readonly<Record<VerifyAnswer, string>> = {
    same: words.same,
    differ: words.differ,
    later: peopleDialogs.hints.close,
    again: words.again,
    remove: words.remove(name),
  };
  return texts[answer];
}

function answerLines(state: VerifyState, friend: FriendView | undefined, scene: Scene, columns: number): Line[] {
  const answers = answersOf(state, friend);
  const rows = answers.map((choose) => ({ line: [span(textOf(choose, state.name, scene))], choose }));
  return choiceLines(rows, Math.min(state.index, rows.length - 1), { rows: rows.length, columns });
}

const KEYS: Readonly<Record<VerifyAnswer, string>> = { same: 'y', differ: 'n', later: 'esc', again: 'r', remove: 'D' };

function hintsOf(state: VerifyState, friend: FriendView | undefined, scene: Scene): readonly Hint[] {
  const answers = answersOf(state, friend);
  const order = [...answers.filter((answer) => answer !== 'later'), 'later' as const];
  return order.map((choose) => ({ key: KEYS[choose], text: textOf(choose, state.name, scene), choose }));
}
