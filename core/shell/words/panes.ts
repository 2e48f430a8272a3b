import { bilingual } from './bilingual.js';

/** What the panes of a full-screen shell say: people, a conversation, transfers, events, and the lines around them. */
export interface PaneWords {
  readonly tooSmall: string;
  readonly title: {
    readonly noAccount: string;
    readonly directory: Readonly<Record<'unconfigured' | 'offline' | 'connecting' | 'unregistered', string>>;
    readonly unread: (count: number) => string;
    readonly transfers: (count: number) => string;
    readonly starting: string;
  };
  readonly filter: { readonly label: string; readonly shown: (shown: number) => string; readonly nothing: (filter: string) => string };
  readonly people: {
    readonly nobody: string;
    readonly add: (key: string) => string;
    readonly asksYou: string;
    readonly asked: string;
    readonly keyChanged: string;
    readonly waiting: (count: number) => string;
    readonly since: (presence: string, ago: string) => string;
    readonly retry: (span: string) => string;
  };
  readonly conversation: {
    readonly you: string;
    readonly nobody: string;
    readonly choose: string;
    readonly empty: (name: string) => string;
    readonly write: (key: string) => string;
    readonly loading: string;
    readonly beginning: (name: string) => string;
    readonly older: (key: string) => string;
    readonly newer: (count: number, key: string) => string;
    readonly unread: (count: number) => string;
    readonly verified: string;
    readonly notVerified: (key: string | undefined) => string;
    readonly keyChanged: (name: string) => string;
    readonly compare: (key: string) => string;
    readonly asksYou: (name: string) => string;
    readonly asked: (name: string) => string;
    readonly waits: (why: string) => string;
    readonly sending: string;
  };
  readonly composer: {
    readonly hint: (name: string, key: string) => string;
    readonly writing: (name: string) => string;
    readonly draft: string;
    readonly left: (bytes: number) => string;
    readonly over: (bytes: number) => string;
  };
  readonly transfers: {
    readonly none: string;
    readonly send: (key: string) => string;
    readonly receives: string;
    readonly sends: string;
    readonly offers: (size: string) => string;
    readonly waitsForAnswer: string;
    readonly more: (count: number) => string;
    readonly left: (span: string) => string;
    readonly of: (bytes: string, total: string) => string;
    readonly waitsForStart: string;
    readonly passphrase: string;
    readonly marked: (count: number) => string;
    readonly from: (name: string) => string;
    readonly to: (name: string) => string;
  };
  readonly events: { readonly none: string };
  readonly keys: Readonly<
    Record<'enter' | 'space' | 'esc' | 'tab' | 'up' | 'down' | 'left' | 'right' | 'pageUp' | 'pageDown' | 'home' | 'end' | 'delete' | 'backspace', string>
  >;
}

const elided = (whole: string, short: string, name: string): string => (/^[aeiouyœæ]/i.test(name.normalize('NFD')) ? short : whole);
const several = (count: number, one: string, many: string): string => `${count} ${count < 2 ? one : many}`;

export const paneWords = bilingual<PaneWords>(
  {
    tooSmall: 'The window is too small: make it at least 30 columns wide and 8 rows high.',
    title: {
      noAccount: 'no account yet',
      directory: {
        unconfigured: 'no directory set',
        offline: 'directory not reached',
        connecting: 'connecting to the directory…',
        unregistered: 'not registered at the directory',
      },
      unread: (count) => `${count} unread`,
      transfers: (count) => several(count, 'transfer', 'transfers'),
      starting: 'starting…',
    },
    filter: { label: 'Filter', shown: (shown) => `${shown} shown`, nothing: (filter) => `Nothing here contains “${filter}”. Esc shows everything again.` },
    people: {
      nobody: 'Nobody here yet.',
      add: (key) => `${key} adds a friend by name.`,
      asksYou: 'asks you',
      asked: 'asked',
      keyChanged: 'KEY CHANGED',
      waiting: (count) => several(count, 'message waits', 'messages wait'),
      since: (presence, ago) => `${presence}, ${ago}`,
      retry: (span) => `Tried again in ${span}.`,
    },
    conversation: {
      you: 'You',
      nobody: 'No conversation is open.',
      choose: 'Choose somebody in the list of people, or add a friend.',
      empty: (name) => `Nothing was said yet between you and ${name}.`,
      write: (key) => `${key} writes the first message.`,
      loading: 'Loading…',
      beginning: (name) => `Beginning of the conversation with ${name}`,
      older: (key) => `${key} shows what came before`,
      newer: (count, key) => `${count} newer, ${key} shows the last`,
      unread: (count) => `${count} new`,
      verified: 'verified',
      notVerified: (key) => (key === undefined ? 'not verified' : `not verified, ${key} compares`),
      keyChanged: (name) => `THE KEY OF ${name} HAS CHANGED. Nothing is sent until you have compared safety numbers.`,
      compare: (key) => `${key} compares them.`,
      asksYou: (name) => `${name} asks to be your friend.`,
      asked: (name) => `You asked ${name} to be your friend. Messages can be written once the request is accepted.`,
      waits: (why) => `waits: ${why}`,
      sending: 'being taken',
    },
    composer: {
      hint: (name, key) => `${key} writes to ${name}`,
      writing: (name) => `Write to ${name}; Enter sends, Alt-Enter begins a line`,
      draft: 'draft',
      left: (bytes) => several(bytes, 'byte left', 'bytes left'),
      over: (bytes) => `${several(bytes, 'byte', 'bytes')} too long`,
    },
    transfers: {
      none: 'No transfers.',
      send: (key) => `${key} sends files to whoever is open.`,
      receives: 'receiving',
      sends: 'sending',
      offers: (size) => `offers you ${size}`,
      waitsForAnswer: 'waits for an answer',
      more: (count) => `+${count}`,
      left: (span) => `${span} left`,
      of: (bytes, total) => `${bytes} of ${total}`,
      waitsForStart: 'about to start',
      passphrase: 'needs a passphrase',
      marked: (count) => `${count} marked`,
      from: (name) => `from ${name}`,
      to: (name) => `to ${name}`,
    },
    events: { none: 'Nothing has happened yet.' },
    keys: {
      enter: 'Enter',
      space: 'Space',
      esc: 'Esc',
      tab: 'Tab',
      up: '↑',
      down: '↓',
      left: '←',
      right: '→',
      pageUp: 'PgUp',
      pageDown: 'PgDn',
      home: 'Home',
      end: 'End',
      delete: 'Del',
      backspace: 'Backspace',
    },
  },
  {
    tooSmall: 'La fenêtre est trop petite : il lui faut au moins 30 colonnes et 8 lignes.',
    title: {
      noAccount: 'pas encore de compte',
      directory: {
        unconfigured: 'aucun annuaire choisi',
        offline: 'annuaire injoignable',
        connecting: 'connexion à l’annuaire…',
        unregistered: 'pas inscrit à l’annuaire',
      },
      unread: (count) => several(count, 'non lu', 'non lus'),
      transfers: (count) => several(count, 'transfert', 'transferts'),
      starting: 'démarrage…',
    },
    filter: {
      label: 'Filtre',
      shown: (shown) => several(shown, 'affiché', 'affichés'),
      nothing: (filter) => `Rien ici ne contient « ${filter} ». Échap montre tout à nouveau.`,
    },
    people: {
      nobody: 'Personne pour l’instant.',
      add: (key) => `${key} ajoute un ami par son nom.`,
      asksYou: 'vous invite',
      asked: 'invité',
      keyChanged: 'CLÉ CHANGÉE',
      waiting: (count) => several(count, 'message attend', 'messages attendent'),
      since: (presence, ago) => `${presence}, ${ago}`,
      retry: (span) => `Nouvel essai dans ${span}.`,
    },
    conversation: {
      you: 'Vous',
      nobody: 'Aucune conversation n’est ouverte.',
      choose: 'Choisissez quelqu’un dans la liste des personnes, ou ajoutez un ami.',
      empty: (name) => `Rien n’a encore été dit entre vous et ${name}.`,
      write: (key) => `${key} pour écrire le premier message.`,
      loading: 'Chargement…',
      beginning: (name) => `Début de la conversation avec ${name}`,
      older: (key) => `${key} montre ce qui précède`,
      newer: (count, key) => `${several(count, 'plus récent', 'plus récents')}, ${key} montre le dernier`,
      unread: (count) => several(count, 'nouveau', 'nouveaux'),
      verified: 'vérifié',
      notVerified: (key) => (key === undefined ? 'non vérifié' : `non vérifié, ${key} compare`),
      keyChanged: (name) => `LA CLÉ ${elided('DE ', 'D’', name)}${name} A CHANGÉ. Rien ne part avant que vous ayez comparé les numéros de sécurité.`,
      compare: (key) => `${key} les compare.`,
      asksYou: (name) => `${name} demande à devenir votre ami.`,
      asked: (name) => `Vous avez demandé à ${name} de devenir votre ami. Vous pourrez écrire dès que ce sera accepté.`,
      waits: (why) => `attend : ${why}`,
      sending: 'pris en charge',
    },
    composer: {
      hint: (name, key) => `${key} pour écrire à ${name}`,
      writing: (name) => `Écrire à ${name} ; Entrée envoie, Alt-Entrée va à la ligne`,
      draft: 'brouillon',
      left: (bytes) => several(bytes, 'octet restant', 'octets restants'),
      over: (bytes) => `${several(bytes, 'octet', 'octets')} de trop`,
    },
    transfers: {
      none: 'Aucun transfert.',
      send: (key) => `${key} envoie des fichiers à la personne ouverte.`,
      receives: 'réception',
      sends: 'envoi',
      offers: (size) => `vous propose ${size}`,
      waitsForAnswer: 'attend une réponse',
      more: (count) => `+${count}`,
      left: (span) => `reste ${span}`,
      of: (bytes, total) => `${bytes} sur ${total}`,
      waitsForStart: 'va commencer',
      passphrase: 'demande une phrase secrète',
      marked: (count) => several(count, 'marqué', 'marqués'),
      from: (name) => `${elided('de ', 'd’', name)}${name}`,
      to: (name) => `à ${name}`,
    },
    events: { none: 'Il ne s’est encore rien passé.' },
    keys: {
      enter: 'Entrée',
      space: 'Espace',
      esc: 'Échap',
      tab: 'Tab',
      up: '↑',
      down: '↓',
      left: '←',
      right: '→',
      pageUp: 'Pg préc',
      pageDown: 'Pg suiv',
      home: 'Début',
      end: 'Fin',
      delete: 'Suppr',
      backspace: 'Retour arrière',
    },
  },
);
