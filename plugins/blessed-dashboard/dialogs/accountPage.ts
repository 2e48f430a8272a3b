import type { ErrorCode } from '../../../core/index.js';
import { clipLine, wrapText } from '../lines/layout.js';
import { EMPTY_LINE, span, type Ink, type Line } from '../lines/Line.js';
import { ADDRESSES_SHOWN } from '../limits.js';
import type { Scene } from '../state/Scene.js';
import type { Panel } from './Dialog.js';
import type { WelcomeState } from './WelcomeState.js';
import { failureProse, fitted, fingerprintGroups, heading, INDENT, indented, proseColumns } from './widgets/prose.js';
import type { Size } from '../state/Input.js';

export function fingerprintLines({ view, language }: Scene, columns: number): Line[] {
  const fingerprint = view.account?.fingerprint ?? view.node?.fingerprint ?? '…';
  const lines = indented(fingerprintGroups(fingerprint));
  return [heading(language.peopleDialogs.welcome.fingerprint), ...lines].map((line) => clipLine(line, columns));
}

const INKS: Readonly<Record<string, Ink>> = { online: 'good', connecting: 'plain', unregistered: 'plain', offline: 'warning', unconfigured: 'warning' };

/** The address of the directory, how it is with it, and why, unless that is `said` elsewhere. */
export function directoryLines({ view, language }: Scene, columns: number, said?: ErrorCode): Line[] {
  const words = language.peopleDialogs.welcome;
  const { url, state, code } = view.node?.directory ?? { state: view.account?.state ?? 'connecting', url: undefined, code: undefined };
  const address = url ?? view.account?.directory;
  // Registered there once, and not known there now.
  const unknown = state === 'unregistered' && view.account?.name !== undefined;
  const text = unknown ? words.unknownThere : words.states[state];
  const inside = columns - INDENT.length;
  return [
    heading(words.directory),
    ...(address === undefined ? [] : [clipLine([span(`${INDENT}${address}`)], columns)]),
    ...indented(wrapText(text, inside, unknown ? 'warning' : INKS[state])),
    ...(code === undefined || code === said || state === 'online' ? [] : indented(wrapText(language.failure(code), inside, 'faint'))),
  ];
}

function addressLines({ view, language }: Scene, columns: number): Line[] {
  const words = language.peopleDialogs.account;
  const addresses = view.node?.addresses ?? [];
  const more = addresses.length - ADDRESSES_SHOWN;
  const shown = addresses.slice(0, ADDRESSES_SHOWN).map((address) => clipLine([span(`${INDENT}${address}`)], columns));
  const none = addresses.length === 0 ? indented(wrapText(words.noAddress, columns - INDENT.length, 'faint')) : [];
  return [heading(words.addresses), ...shown, ...none, ...(more > 0 ? [[span(`${INDENT}${words.moreAddresses(more)}`, 'faint')]] : [])];
}

/** How a directory is given to a device that has none; nothing for one that has. */
export function howToName({ view, language }: Scene, columns: number): Line[] {
  const words = language.peopleDialogs.welcome;
  if (view.account?.state !== 'unconfigured') return [];
  const command = [span(`${INDENT}${words.giveDirectoryCommand}`, 'accent')];
  return [...wrapText(words.giveDirectory, columns), command, ...wrapText(words.askWhere, columns, 'faint')];
}

/** The account of this device: who it is for others, and how it is reached. */
export function drawAccount(state: WelcomeState, scene: Scene, room: Size): Panel {
  const columns = proseColumns(room);
  const { account: words, hints } = scene.language.peopleDialogs;
  const standing = scene.view.account?.state;
  // Nothing to try: it is there, or there is no directory.
  const waits = standing === 'online' || standing === 'unconfigured';
  const advice = state.busy
    ? wrapText(words.loggingIn, columns, 'accent')
    : state.failure
      ? [...failureProse(state.failure, scene, columns), ...wrapText(words.retry, columns)]
      : waits
        ? howToName(scene, columns)
        : wrapText(words.retry, columns);
  const name: Line[] = [heading(words.name), clipLine([span(`${INDENT}${scene.view.account?.name ?? ''}`, 'strong')], columns)];
  const parts = [name, fingerprintLines(scene, columns), directoryLines(scene, columns), addressLines(scene, columns), advice].filter(
    ({ length }) => length > 0,
  );
  const spaced = parts.flatMap((part, i) => (i === 0 ? part : [EMPTY_LINE, ...part]));
  const close = { key: 'esc', text: hints.close, choose: 'esc' };
  return {
    title: words.title,
    // In a low window the lines between the parts go first.
    lines: fitted(spaced.length > room.rows ? parts.flat() : spaced, room),
    hints: waits ? [close] : [{ key: 'enter', text: hints.tryNow, choose: 'enter' }, close],
  };
}
