import type { FriendView, Language, MessageView, Presence } from '../../../core/index.js';
import { span, type Ink, type Line, type Span } from '../lines/Line.js';

/** Before the row the cursor is on, so that it is found without colours. */
export const CURSOR = '»';
export const VERIFIED = '√';
/** Before what went wrong or is dangerous. */
export const ALARM = '!';

const PRESENCE: Readonly<Record<Presence, readonly [sign: string, ink: Ink]>> = {
  online: ['●', 'good'],
  busy: ['■', 'warning'],
  away: ['~', 'warning'],
  offline: ['○', 'faint'],
};

export const presenceSign = (presence: Presence): Span => span(...PRESENCE[presence]);
export const presenceLine = (presence: Presence, { states }: Language): Line => [
  presenceSign(presence),
  span(` ${states.presence[presence]}`, PRESENCE[presence][1]),
];

/** How somebody stands, in one character. */
export function friendSign({ state, keyChanged, presence }: FriendView): Span {
  if (keyChanged) return span(ALARM, 'bad');
  if (state === 'incoming') return span('?', 'warning');
  return state === 'outgoing' ? span('…', 'faint') : presenceSign(presence);
}

const MESSAGE: Readonly<Record<MessageView['state'], readonly [sign: string, ink: Ink]>> = {
  queued: ['…', 'warning'],
  sent: ['→', 'faint'],
  delivered: ['√', 'faint'],
  read: ['√√', 'faint'],
  received: ['', 'plain'],
};

/** How far a message of ours has come. */
export function messageState({ state }: MessageView, { states }: Language): Line {
  const [sign, ink] = MESSAGE[state];
  return [span(`${sign} ${states.message[state]}`, ink)];
}

/** A time to come, roughly: what changes every second is no help. */
export function roughly(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
