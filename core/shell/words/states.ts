import type { DirectoryState, Mood, Presence } from '../../events/domainEvents.js';
import type { ShareState } from '../../ports/shareStore.js';
import type { ContactState, Direction, MessageState, TransferState } from '../../ports/stores.js';
import { bilingual } from './bilingual.js';

/** How something stands, in a word or two, for lists and tables. */
export interface StateWords {
  readonly presence: Readonly<Record<Presence, string>>;
  readonly contact: Readonly<Record<ContactState | 'removed', string>>;
  readonly message: Readonly<Record<MessageState, string>>;
  readonly transfer: Readonly<Record<TransferState, string>>;
  readonly pausedBy: Readonly<Record<'me' | 'peer' | 'both', string>>;
  /** Goes before a name. */
  readonly direction: Readonly<Record<Direction, string>>;
  readonly directory: Readonly<Record<DirectoryState, string>>;
  readonly share: Readonly<Record<ShareState, string>>;
  /** How a session ended. */
  readonly mood: Readonly<Record<Mood, string>>;
}

export const stateWords = bilingual<StateWords>(
  {
    presence: { online: 'online', busy: 'busy', away: 'away', offline: 'offline' },
    contact: { friend: 'friend', outgoing: 'asked', incoming: 'asks you', removed: 'removed' },
    message: { queued: 'queued', sent: 'sent', delivered: 'delivered', read: 'read', received: 'received' },
    transfer: {
      offered: 'offered',
      active: 'active',
      paused: 'paused',
      done: 'done',
      declined: 'declined',
      cancelled: 'cancelled',
      failed: 'failed',
    },
    pausedBy: { me: 'paused by you', peer: 'paused by them', both: 'paused by both' },
    direction: { in: 'from', out: 'to' },
    directory: { unconfigured: 'none', offline: 'not reached', connecting: 'connecting', unregistered: 'no account there yet', online: 'online' },
    share: { hashing: 'is read', ready: 'ready', failed: 'failed' },
    mood: { happy: 'happy', lonely: 'lonely', scary: 'scary', errory: 'errory', unwelcome: 'unwelcome' },
  },
  {
    presence: { online: 'en ligne', busy: 'occupé', away: 'absent', offline: 'hors ligne' },
    contact: { friend: 'ami', outgoing: 'invité', incoming: 'vous invite', removed: 'retiré' },
    message: { queued: 'en attente', sent: 'envoyé', delivered: 'remis', read: 'lu', received: 'reçu' },
    transfer: {
      offered: 'proposé',
      active: 'en cours',
      paused: 'en pause',
      done: 'terminé',
      declined: 'refusé',
      cancelled: 'annulé',
      failed: 'échoué',
    },
    pausedBy: { me: 'en pause par vous', peer: 'en pause par l’autre', both: 'en pause des deux côtés' },
    direction: { in: 'de', out: 'à' },
    directory: { unconfigured: 'aucun', offline: 'injoignable', connecting: 'connexion', unregistered: 'pas encore de compte', online: 'en ligne' },
    share: { hashing: 'en lecture', ready: 'prêt', failed: 'échoué' },
    mood: { happy: 'normalement', lonely: 'sans réponse', scary: 'sur une alerte', errory: 'sur une erreur', unwelcome: 'sur un refus' },
  },
);
