import { bilingual } from '../../../core/shell/words/bilingual.js';

/** What is said of files on their way, and of what friends share. */
export const fileWords = bilingual(
  {
    offered: (name: string, id: string) => `Offered to ${name}; follow it: sansfil transfers watch (id ${id})`,
    offeredWait: (name: string, id: string) => `Offered to ${name} (id ${id}).`,
    waitsFor: (name: string) => `Waiting until ${name} accepts…`,
    noTransfers: 'No transfers. Send something: sansfil send NAME PATH',
    fetching: (name: string, id: string) => `Fetching from ${name} and whoever else has it; follow it: sansfil transfers watch (id ${id})`,
    transferAmbiguous: 'several transfers begin like that; give more of the id',
    transferState: (id: string, state: string) => `Transfer ${id} is ${state}.`,
    otherSide: 'the other side',
    noShares: 'Nothing is shared. Share something with all friends: sansfil share add PATH',
    shareWhileRead: (id: string) => `It is read in the background; see how far that is: sansfil share list (id ${id})`,
    shareReady: (id: string, name: string, files: string, size: string) => `Shared with all friends as ${name} (id ${id}): ${files}, ${size}.`,
    shareAmbiguous: 'several shares begin like that; give more of the id',
    shareReading: 'the share to be ready',
    moreProblems: (count: number) => `…and ${count} more.`,
  },
  {
    offered: (name, id) => `Proposé à ${name} ; pour le suivre : sansfil transfers watch (id ${id})`,
    offeredWait: (name, id) => `Proposé à ${name} (id ${id}).`,
    waitsFor: (name) => `En attente de l’accord de ${name}…`,
    noTransfers: 'Aucun transfert. Envoyez quelque chose : sansfil send NOM CHEMIN',
    fetching: (name, id) => `Récupération chez ${name} et chez tous ceux qui l’ont ; pour la suivre : sansfil transfers watch (id ${id})`,
    transferAmbiguous: 'plusieurs transferts commencent ainsi ; donnez plus de l’identifiant',
    transferState: (id, state) => `Transfert ${id} : ${state}.`,
    otherSide: 'l’autre côté',
    noShares: 'Rien n’est partagé. Partagez quelque chose avec tous vos amis : sansfil share add CHEMIN',
    shareWhileRead: (id) => `La lecture se fait en arrière-plan ; pour voir où elle en est : sansfil share list (id ${id})`,
    shareReady: (id, name, files, size) => `Partagé avec tous vos amis sous le nom ${name} (id ${id}) : ${files}, ${size}.`,
    shareAmbiguous: 'plusieurs partages commencent ainsi ; donnez plus de l’identifiant',
    shareReading: 'que le partage soit prêt',
    moreProblems: (count) => `…et ${count} de plus.`,
  },
);
