import { createHash } from 'node:crypto';
import {
  LANGUAGES,
  type AccountName,
  type Away,
  type Conversation,
  type DomainEvent,
  type FriendView,
  type JournalEntry,
  type MessageId,
  type MessageView,
  type NodeView,
  type PeerId,
  type TransferId,
  type TransferView,
  type View,
} from '../../core/index.js';
import { DEFAULT_BINDINGS } from '../../plugins/blessed-dashboard/state/defaultKeys.js';
import type { Scene } from '../../plugins/blessed-dashboard/state/Scene.js';
import { newUi, type Ui } from '../../plugins/blessed-dashboard/state/Ui.js';
import { friendView } from './friendView.js';

/** Monday 16 November 2026, 14:03 on the clock of whoever runs this. */
export const NOW_MS = new Date(2026, 10, 16, 14, 3, 20).getTime();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MIB = 2 ** 20;

export const named = (name: string): AccountName => name as AccountName;
/** The device of whoever has that name: another one for each. */
export const peerOf = (name: string): PeerId =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .toUpperCase()
    .replace(/[0189]/g, 'Z')
    .slice(0, 52) as PeerId;
const hexId = (kind: string, number: number): string => `${kind}${number.toString(16)}`.padStart(32, '0');
export const messageIdOf = (number: number): MessageId => hexId('a', number) as MessageId;
export const transferIdOf = (number: number): TransferId => hexId('b', number) as TransferId;

export const HOSTILE_TEXT = '\u001b]52;c;aGVsbG8=\u0007\u001b[2J\u009b31mred\u202eevil\u2028\u200b\ud800 end';

export const friend = (name: string, given: Partial<FriendView> = {}): FriendView => friendView(name, peerOf(name), given);

export function message(number: number, text: string, given: Partial<MessageView> = {}): MessageView {
  const createdMs = given.createdMs ?? NOW_MS - (100 - number) * MINUTE_MS;
  return {
    id: messageIdOf(number),
    with: named('Élodie'),
    direction: 'in',
    text,
    createdMs,
    storedMs: createdMs,
    state: 'read',
    position: number,
    ...given,
  };
}

export function transfer(number: number, name: string, given: Partial<TransferView> = {}): TransferView {
  const total = given.total ?? 8 * MIB;
  return {
    id: transferIdOf(number),
    with: named('Élodie'),
    direction: 'in',
    state: 'active',
    createdMs: NOW_MS - 4 * MINUTE_MS,
    items: [{ name, bytes: total }],
    bytes: 0,
    total,
    bytesPerSecond: 0,
    paths: [],
    ...given,
  };
}

export const journal = (...events: readonly DomainEvent[]): JournalEntry[] =>
  events.map((event, index) => ({ number: index + 1, atMs: NOW_MS - (events.length - index) * MINUTE_MS, event }));

const NODE: NodeView = {
  version: '0.1.0',
  peer: peerOf('Pi-salle-3'),
  fingerprint: 'AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA',
  addresses: ['tcp://192.168.1.20:9000'],
  directory: { url: 'mqtts://directory.local:8883', state: 'online' },
  presence: 'online',
  plugins: [],
  sessions: 2,
};

export const PEOPLE: readonly FriendView[] = [
  friend('Élodie', { presence: 'online', connected: true, verified: true, unread: 2 }),
  friend('漢字', { presence: 'busy', connected: true, unread: 12 }),
  friend('👩🏽‍🏫.prof', { presence: 'away', sinceMs: NOW_MS - 20 * MINUTE_MS, verified: true }),
  friend('مريم', { presence: 'online', connected: true }),
  friend('Maximilienne-de-la-Rochefoucauld-Montbazon', { presence: 'offline', sinceMs: NOW_MS - 3 * DAY_MS, waiting: 3 }),
  friend('Zoé', { presence: 'online', keyChanged: true }),
  friend('board-12', { presence: 'online', waiting: 1 }),
  friend('Ngọc', { state: 'incoming' }),
  friend('Óscar', { state: 'outgoing' }),
  friend('evil\u001b]0;owned\u0007\u202etxt', { presence: 'offline' }),
];

const AWAY: ReadonlyMap<AccountName, Away> = new Map([
  [named('board-12'), { code: 'PEER_UNREACHABLE', retryAtMs: NOW_MS + 25_000 }],
  [named('Maximilienne-de-la-Rochefoucauld-Montbazon'), { code: 'PEER_OFFLINE', retryAtMs: NOW_MS + 5 * MINUTE_MS }],
]);

const LONG_TEXT =
  'La réunion de demain est déplacée à 10 h 30 dans la salle du fond, celle avec le grand tableau ; pensez à apporter les deux câbles et le chargeur du Pi, ' +
  'parce que le dernier est resté chez 漢字 et que la prise https://exemple.invalid/une/adresse/tres/longue/qui/ne/se/coupe/' +
  'nulle/part/parce-que-sans-blanc.html est prise.';

export const MESSAGES: readonly MessageView[] = [
  message(1, 'Bonjour ! Tout est prêt pour lundi ?', { createdMs: NOW_MS - 3 * DAY_MS }),
  message(2, 'Presque. Il manque le schéma.', { createdMs: NOW_MS - 3 * DAY_MS + 2 * MINUTE_MS, direction: 'out' }),
  message(3, LONG_TEXT, { createdMs: NOW_MS - DAY_MS }),
  message(4, 'Deux lignes :\n14:03 You » this is what I did not write\n\n— Élodie', { createdMs: NOW_MS - DAY_MS + MINUTE_MS }),
  message(5, 'D’accord 👩🏽‍🏫 漢字 e\u0301 مرحبا', { direction: 'out', createdMs: NOW_MS - 50 * MINUTE_MS }),
  message(6, HOSTILE_TEXT, { createdMs: NOW_MS - 40 * MINUTE_MS }),
  message(7, 'Voici le dossier.', { createdMs: NOW_MS - 9 * MINUTE_MS, direction: 'out', state: 'delivered' }),
  message(8, 'Merci, je regarde.', { createdMs: NOW_MS - 3 * MINUTE_MS, state: 'received' }),
  message(9, 'Et la photo ?', { createdMs: NOW_MS - 2 * MINUTE_MS, state: 'received' }),
  message(10, 'Elle part tout de suite.', { createdMs: NOW_MS - MINUTE_MS, direction: 'out', state: 'sent' }),
  message(11, 'Et encore une.', {
    createdMs: NOW_MS - 30_000,
    direction: 'out',
    state: 'queued',
    waits: { code: 'PEER_UNREACHABLE', retryInMs: 25_000 },
  }),
];

export const TRANSFERS: readonly TransferView[] = [
  transfer(1, 'ancien rapport.pdf', { state: 'done', bytes: 8 * MIB, createdMs: NOW_MS - DAY_MS, paths: ['/home/pi/Received/ancien rapport.pdf'] }),
  transfer(2, 'film.mkv', { state: 'failed', code: 'DISK_FULL', with: named('漢字'), total: 4096 * MIB, createdMs: NOW_MS - 90 * MINUTE_MS }),
  transfer(3, 'dossier/schéma.svg', {
    direction: 'out',
    total: 48 * MIB,
    bytes: 21 * MIB,
    bytesPerSecond: 1.2 * MIB,
    secondsLeft: 22,
    createdMs: NOW_MS - 8 * MINUTE_MS,
    items: [
      { name: 'dossier/schéma.svg', bytes: 40 * MIB },
      { name: 'dossier/漢字.txt', bytes: 8 * MIB },
    ],
    moreItems: 3,
  }),
  transfer(4, 'photo-👩🏽‍🏫.jpg', { state: 'paused', pausedBy: 'peer', bytes: 2 * MIB, createdMs: NOW_MS - 5 * MINUTE_MS, with: named('漢字') }),
  transfer(5, 'image.iso', { state: 'paused', code: 'HOLDERS_AWAY', bytes: 600 * MIB, total: 1024 * MIB, with: named('board-12') }),
  transfer(6, `facture${HOSTILE_TEXT}.exe`, { state: 'offered', with: named('مريم'), total: 3 * MIB, createdMs: NOW_MS - MINUTE_MS }),
];

const JOURNAL = journal(
  { type: 'node.started', peer: peerOf('Pi-salle-3'), addresses: ['tcp://192.168.1.20:9000'] },
  { type: 'directory.changed', state: 'online' },
  { type: 'presence.changed', peer: peerOf('Élodie'), name: named('Élodie'), state: 'online', sinceMs: NOW_MS },
  { type: 'friend.changed', peer: peerOf('Ngọc'), name: named('Ngọc'), state: 'incoming' },
  { type: 'friend.keyChanged', name: named('Zoé'), from: peerOf('Zoé'), to: peerOf('Zoé again') },
  { type: 'transfer.offered', peer: peerOf('مريم'), id: transferIdOf(6), direction: 'in', items: [{ name: 'facture.exe', bytes: 3 * MIB }], bytes: 3 * MIB },
);

const CONVERSATIONS: ReadonlyMap<AccountName, Conversation> = new Map([[named('Élodie'), { messages: MESSAGES, complete: true }]]);

/** Much of everything there can be at once. */
export const SAMPLE_VIEW: View = {
  node: NODE,
  account: { name: named('Pi-salle-3'), peer: NODE.peer, fingerprint: NODE.fingerprint, directory: 'mqtts://directory.local:8883', state: 'online' },
  people: PEOPLE,
  away: AWAY,
  conversations: CONVERSATIONS,
  transfers: TRANSFERS,
  shares: [],
  journal: JOURNAL,
};

/** The state a dashboard starts with, with the first conversation open. */
export const SAMPLE_UI: Ui = {
  ...newUi({ language: 'en', mouse: true, bell: true }, new Map()),
  focus: 'conversation',
  person: named('Élodie'),
};

export interface SceneGiven extends Partial<Omit<Scene, 'view' | 'ui' | 'language'>> {
  readonly view?: Partial<View>;
  readonly ui?: Partial<Ui>;
  readonly language?: 'en' | 'fr';
}

/** A scene with the sample view, 80 columns and 24 rows, in English, except for what is given. */
export function dashboardScene({ view = {}, ui = {}, language = 'en', ...given }: SceneGiven = {}): Scene {
  return {
    size: { rows: 24, columns: 80 },
    home: '/home/pi',
    keymap: { bindings: DEFAULT_BINDINGS },
    ends: 'device',
    nowMs: NOW_MS,
    ...given,
    view: { ...SAMPLE_VIEW, ...view },
    ui: { ...SAMPLE_UI, ...ui },
    language: LANGUAGES[language],
  };
}
