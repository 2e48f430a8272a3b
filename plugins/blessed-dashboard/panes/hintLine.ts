import { isQuestion, personOf, questionsOf, type TransferView } from '../../../core/index.js';
import { clipLine, padLine, widthOf, wrapText } from '../lines/layout.js';
import { span, type Ink, type Line } from '../lines/Line.js';
import { personMeant, transferMeant } from '../state/actions.js';
import type { ActionName } from '../state/actionNames.js';
import { actionText } from '../state/actionText.js';
import { isOpen } from '../state/lists.js';
import type { Scene } from '../state/Scene.js';
import type { Notice } from '../state/Ui.js';
import { fieldLine } from '../dialogs/widgets/fieldLine.js';
import { directKeyFor } from './keyText.js';
import { BLANK, fitting, hanging, joined, spread } from './rows.js';

export interface Foot {
  readonly line: Line;
  readonly caret?: number;
}

/** The line at the foot: what is written into the filter, or what can be done now. */
export function hintLine(scene: Scene): Foot {
  const { ui, size } = scene;
  if (ui.dialogs.length === 0 && ui.filtering) return filterLine(scene);
  return { line: padLine(ui.dialogs.length > 0 ? [] : hints(scene), size.columns) };
}

/** Of more than there is room for: what goes on, and the code that stands at its end. */
function lastLine(text: string, lines: readonly Line[], ink: Ink, columns: number): Line {
  const code = [span(/ \[[A-Z_]+\]$/.exec(text)?.[0] ?? '', ink)];
  const rest = joined(lines.slice(NOTICE_ROWS_MAX - 1), span(' ', ink));
  return widthOf(rest) <= columns ? rest : [...clipLine(rest, columns - widthOf(code)), ...code];
}

/** Over the foot of the screen: what was just said, whole if it is not very long. */
export function noticeLines({ ui, size }: Scene): readonly Line[] {
  if (!ui.notice) return [];
  const { text, tone } = ui.notice;
  const [sign, ink] = TONES[tone];
  const start = [span(` ${sign}`, ink)];
  const room = Math.max(1, size.columns - widthOf(start) - 1);
  const lines = wrapText(text, room, ink);
  const shown = lines.length > NOTICE_ROWS_MAX ? [...lines.slice(0, NOTICE_ROWS_MAX - 1), lastLine(text, lines, ink, room)] : lines;
  return hanging(shown, start, [span(' '.repeat(widthOf(start)))]).map((line) => padLine(line, size.columns));
}

function filterLine({ ui, language, size }: Scene): Foot {
  const label = span(` ${language.panes.filter.label} /`, 'key');
  const field = fieldLine(ui.filtering ?? { text: '', cursor: 0 }, Math.max(1, size.columns - widthOf([label]) - 1));
  const caret = widthOf([label]) + field.caret;
  return { line: padLine([label, ...field.line], size.columns), ...(caret < size.columns ? { caret } : {}) };
}

const NOTICE_ROWS_MAX = 3;
const TONES: Readonly<Record<Notice['tone'], readonly [sign: string, ink: Ink]>> = { good: ['√ ', 'good'], bad: ['! ', 'bad'], plain: ['', 'strong'] };

/** The most useful first; what does not fit is left out, the way to all the others never. */
function hints(scene: Scene): Line {
  const { columns } = scene.size;
  const always = fitting(hintsFor(scene, ['help', 'quit']), columns - 2);
  const now = fitting(hintsFor(scene, actionsNow(scene)), columns - widthOf(always) - 5);
  return spread([BLANK, ...now], [...always, BLANK], columns);
}

const hintsFor = (scene: Scene, actions: readonly ActionName[]): readonly Line[] =>
  actions.flatMap((action): Line[] => {
    const key = directKeyFor(scene, action, scene.ui.focus);
    if (key === undefined) return [];
    const hit = { action };
    return [[span(key, 'key', hit), span(` ${actionText(scene.language, action).name}`, 'plain', hit)]];
  });

function actionsNow(scene: Scene): readonly ActionName[] {
  const { view, ui } = scene;
  const first: ActionName[] = view.node && view.account && view.account.name === undefined ? ['account'] : [];
  // What the cursor is on has keys of its own.
  const here = ui.focus === 'people' ? personMeant(scene, undefined)?.state === 'incoming' : isQuestionMeant(scene);
  const asked: ActionName[] = questionsOf(view).length > (here ? 1 : 0) ? ['answer'] : [];
  const unread: ActionName[] = view.people.some((one) => one.unread > 0 && one.name !== ui.person) ? ['next-unread'] : [];
  const common: ActionName[] = [...unread, 'next-pane', 'filter', 'jump', 'add-friend', 'search', 'shares', 'command', 'presence', 'settings'];
  switch (ui.focus) {
    case 'people':
      return [...first, ...asked, ...aboutPerson(scene, ['open']), ...common];
    case 'conversation':
      if (ui.composing) return [...first, 'back', ...asked, 'send-file', ...common];
      return [...first, ...asked, ...aboutTransfer(transferMeant(scene, undefined)), ...aboutPerson(scene, ['write']), ...common];
    case 'transfers':
      return [...first, ...aboutTransfer(transferMeant(scene, undefined)), ...asked, 'send-file', ...common];
    case 'events':
      return [...first, ...asked, ...common];
  }
}

function isQuestionMeant(scene: Scene): boolean {
  const transfer = scene.ui.composing || scene.ui.focus === 'events' ? undefined : transferMeant(scene, undefined);
  return transfer !== undefined && isQuestion(transfer);
}

function aboutPerson({ view, ui }: Scene, open: readonly ActionName[]): readonly ActionName[] {
  const friend = personOf(view, ui.person);
  if (!friend) return ['add-friend'];
  if (friend.state === 'incoming') return ['accept-friend', 'decline-friend'];
  if (friend.state === 'outgoing') return ['remove-friend'];
  return friend.keyChanged || !friend.verified ? [...open, 'send-file', 'verify', 'browse'] : [...open, 'send-file', 'browse'];
}

function aboutTransfer(transfer: TransferView | undefined): readonly ActionName[] {
  if (!transfer) return [];
  if (isQuestion(transfer)) return ['accept-file', 'decline-file', 'show-transfer'];
  if (!isOpen(transfer)) return ['show-transfer'];
  const held = transfer.pausedBy === 'me' || transfer.pausedBy === 'both';
  return [held ? 'resume' : 'pause', 'cancel', 'show-transfer', 'mark'];
}
