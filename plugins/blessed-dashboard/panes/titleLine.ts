import { transfersUnderWay, unreadTotal, type DirectoryState } from '../../../core/index.js';
import { padLine, widthOf } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import type { Scene } from '../state/Scene.js';
import { BLANK, fitting, spread } from './rows.js';
import { presenceLine } from './signs.js';

const BETWEEN = span('   ');

/** The line at the top: who this is, whether all is well, and how much there is to see to. */
export function titleLine(scene: Scene): Line {
  const { view, language, nowMs, size } = scene;
  const { title } = language.panes;
  const presence: Line = view.node ? presenceLine(view.node.presence, language).map((part) => span(part.text, part.ink, { action: 'presence' })) : [];
  const name = span(view.account?.name ?? (view.node ? title.noAccount : title.starting), 'heading', { action: 'account' });
  const left: Line = [BLANK, name, ...(presence.length > 0 ? [span('  '), ...presence] : [])];
  const unread = unreadTotal(view);
  const transfers = transfersUnderWay(view).length;
  const parts: readonly Line[] = [
    directory(scene),
    unread > 0 ? [span(title.unread(unread), 'accent', { action: 'next-unread' })] : [],
    transfers > 0 ? [span(title.transfers(transfers), 'plain', { go: 'transfers' })] : [],
    [span(language.clock(nowMs), 'faint')],
  ].filter((part) => part.length > 0);
  const room = size.columns - widthOf(left) - 3;
  return padLine(spread(left, [...fitting(parts, room, BETWEEN), BLANK], size.columns), size.columns);
}

/** Only when it is not as it should be. */
function directory({ view, language }: Scene): Line {
  const state: DirectoryState | undefined = view.node?.directory.state;
  if (state === undefined || state === 'online') return [];
  // Somebody without an account is told what to do by the first steps.
  if (state === 'unregistered' && view.account?.name === undefined) return [];
  return [span(`! ${language.panes.title.directory[state]}`, 'warning')];
}
