import { bilingual } from '../../../core/shell/words/bilingual.js';

/** What is said of the device itself, its account and its directory. */
export const deviceWords = bilingual(
  {
    ready: (kind: string, addresses: readonly string[]) => `${kind} is running, reachable at ${addresses.join(', ') || 'no address'}. Ctrl-C stops it.`,
    fingerprint: (fingerprint: string) => `Fingerprint: ${fingerprint}`,
    portMoved: (usual: number) => `Port ${usual} is taken; another free one is used.`,
    stopping: 'Stopping.',
    directoryReady: 'The directory is running; devices join it with: sansfil run --directory URL. Ctrl-C stops it.',
    noDirectory: 'No directory is set, so nobody new can be found. Name one: sansfil run --directory HOST',
    noName: 'This device has no account yet. Create one: sansfil register NAME',
    dashboardNeedsTerminal: 'the dashboard needs a terminal to be drawn on; use --plain here',
    shellJson: 'the dashboard is for people; for programs there are run --json and transfers watch --json',
    dashboardDebug: '--debug would write over the dashboard; send it to a file with 2> frames.log, or use --plain',
    dumbTerminal: 'This terminal cannot be drawn on, so everything comes line by line.',
  },
  {
    ready: (kind, addresses) => `${kind} est en marche, joignable à ${addresses.join(', ') || 'aucune adresse'}. Ctrl-C l’arrête.`,
    fingerprint: (fingerprint) => `Empreinte : ${fingerprint}`,
    portMoved: (usual) => `Le port ${usual} est pris ; un autre, libre, est utilisé.`,
    stopping: 'Arrêt.',
    directoryReady: 'L’annuaire est en marche ; les appareils le rejoignent avec : sansfil run --directory URL. Ctrl-C l’arrête.',
    noDirectory: 'Aucun annuaire n’est réglé : personne de nouveau ne peut être trouvé. Nommez-en un : sansfil run --directory HÔTE',
    noName: 'Cet appareil n’a pas encore de compte. Créez-en un : sansfil register NOM',
    dashboardNeedsTerminal: 'le tableau de bord a besoin d’un terminal où se dessiner ; utilisez ici --plain',
    shellJson: 'le tableau de bord est pour les personnes ; pour les programmes, il y a run --json et transfers watch --json',
    dashboardDebug: '--debug écrirait par-dessus le tableau de bord ; envoyez-le dans un fichier avec 2> frames.log, ou utilisez --plain',
    dumbTerminal: 'Rien ne peut être dessiné sur ce terminal, tout vient donc ligne par ligne.',
  },
);
