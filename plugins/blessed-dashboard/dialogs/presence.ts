import type { Presence } from '../../../core/index.js';
import { widthOf, wrapText, padLine } from '../lines/layout.js';
import { EMPTY_LINE, span, type Line } from '../lines/Line.js';
import { presenceSign } from '../panes/signs.js';
import type { Scene } from '../state/Scene.js';
import type { Dialog, DialogStep } from './Dialog.js';
import { choiceLines } from './widgets/choiceLines.js';
import { pressed } from './widgets/pressed.js';
import { fitted, proseColumns } from './widgets/prose.js';
import { movedIndex } from './parts.js';

export interface PresenceState {
  readonly index: number;
}

const OPTIONS: readonly Presence[] = ['online', 'busy', 'away', 'offline'];
/** With what the keys of the digits write on AZERTY without Shift. */
const DIGITS: readonly (readonly string[])[] = [
  ['1', '&'],
  ['2', 'é'],
  ['3', '"'],
  ['4', "'"],
];

/** What friends see of this person. */
export const presenceDialog: Dialog<PresenceState> = {
  kind: 'presence',

  open: ({ view }) => ({ state: { index: Math.max(0, OPTIONS.indexOf(view.node?.presence ?? 'online')) } }),

  draw({ index }, scene, room) {
    const columns = proseColumns(room);
    const words = scene.language.peopleDialogs;
    const rows = OPTIONS.map((option, i) => ({ line: optionLine(scene, option, i), choose: option }));
    const unreached = scene.view.node !== undefined && scene.view.node.directory.state !== 'online';
    const note = unreached ? [EMPTY_LINE, ...wrapText(words.presence.unreached, columns, 'warning')] : [];
    return {
      title: words.presence.title,
      lines: fitted([...choiceLines(rows, index, { rows: Math.min(OPTIONS.length, room.rows), columns }), ...note], room),
      hints: [
        { key: 'enter', text: words.hints.choose, choose: 'enter' },
        { key: 'esc', text: words.hints.close, choose: 'esc' },
      ],
    };
  },

  step({ index }, input, scene) {
    const key = pressed(input);
    if (key === undefined) return undefined;
    if (key === 'esc') return { close: true };
    const chosen = key === 'enter' || key === 'space' ? OPTIONS[index] : optionOf(key, scene);
    if (chosen) return choose(chosen, scene);
    const moved = movedIndex(input, index, OPTIONS.length, true);
    return moved === undefined ? undefined : { state: { index: moved } };
  },
};

/** By its name, from a click, by its digit, or by its letter in the reader's language. */
function optionOf(key: string, { language }: Scene): Presence | undefined {
  const { options } = language.peopleDialogs.presence;
  return OPTIONS.find((option, i) => option === key || DIGITS[i]?.includes(key) === true || options[option].letter === key);
}

function choose(state: Presence, { language }: Scene): DialogStep<PresenceState> {
  const told = language.peopleDialogs.presence.told(language.states.presence[state]);
  return { close: true, effects: [{ do: 'dispatch', command: { type: 'presence.set', state }, told }] };
}

function optionLine({ view, language }: Scene, option: Presence, index: number): Line {
  const words = language.peopleDialogs.presence;
  const { letter, name, about } = words.options[option];
  const present = view.node?.presence === option;
  const widest = Math.max(...OPTIONS.map((one) => widthOf([span(words.options[one].name)])));
  return [
    span(`${index + 1} ${letter}`, 'key'),
    span('  '),
    presenceSign(option),
    span(' '),
    ...padLine([span(name, 'strong')], widest + 2),
    ...(present ? [span(`${words.now} · `, 'good')] : []),
    span(about, 'faint'),
  ];
}
