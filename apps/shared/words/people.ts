import { bilingual } from '../../../core/shell/words/bilingual.js';

/** What is said of people and of messages with them. */
export const peopleWords = bilingual(
  {
    noFriends: 'Nobody yet. Ask somebody: sansfil friends add NAME',
    asked: (name: string) => `${name} was asked; the friendship begins when ${name} accepts.`,
    areFriends: (name: string) => `You and ${name} are friends. Compare safety numbers: sansfil verify ${name}`,
    declined: (name: string) => `The request of ${name} was declined.`,
    removed: (name: string) => `${name} was removed.`,
    compare: (name: string) => `Compare with the number on the device of ${name}; if equal: sansfil verify ${name} --confirm`,
    verified: (name: string) => `The key of ${name} is verified.`,
    trusted: (name: string, limit: string, into: string | undefined) =>
      `What ${name} offers is accepted without asking, up to ${limit} in one transfer${into === undefined ? '' : `, into ${into}`}.`,
    trustedUnverified: (name: string) => `The key of ${name} is not verified yet; compare safety numbers: sansfil verify ${name}`,
    untrusted: (name: string) => `You are asked again what ${name} offers.`,
    typeText: 'Type the message, then Ctrl-D.',
    inputNotText: 'what stands on stdin is not UTF-8 text',
    messageState: (state: string, name: string) => `${state} (${name})`,
    messageWaits: (why: string) => `Waiting: ${why}`,
    noMessages: (name: string) => `No messages with ${name} yet. Write one: sansfil message ${name} TEXT`,
    noneFound: (text: string) => `No message contains '${text}'.`,
    nothingUnread: (name: string) => `Nothing unread from ${name}.`,
  },
  {
    noFriends: 'Personne encore. Demandez à quelqu’un : sansfil friends add NOM',
    asked: (name) => `Demande envoyée à ${name} ; l’amitié commence quand ${name} accepte.`,
    areFriends: (name) => `Vous et ${name} êtes amis. Comparez les numéros de sécurité : sansfil verify ${name}`,
    declined: (name) => `La demande de ${name} a été refusée.`,
    removed: (name) => `${name} ne fait plus partie de vos contacts.`,
    compare: (name) => `Comparez avec le numéro sur l’appareil de ${name} ; s’ils sont égaux : sansfil verify ${name} --confirm`,
    verified: (name) => `La clé de ${name} est vérifiée.`,
    trusted: (name, limit, into) =>
      `Ce que propose ${name} est accepté sans demander, jusqu’à ${limit} par transfert${into === undefined ? '' : `, dans ${into}`}.`,
    trustedUnverified: (name) => `La clé de ${name} n’est pas encore vérifiée ; comparez les numéros de sécurité : sansfil verify ${name}`,
    untrusted: (name) => `Ce que propose ${name} vous est de nouveau demandé.`,
    typeText: 'Tapez le message, puis Ctrl-D.',
    inputNotText: 'ce qui vient de stdin n’est pas du texte UTF-8',
    messageState: (state, name) => `${state} (pour ${name})`,
    messageWaits: (why) => `En attente : ${why}`,
    noMessages: (name) => `Pas encore de message avec ${name}. Écrivez-en un : sansfil message ${name} TEXTE`,
    noneFound: (text) => `Aucun message ne contient « ${text} ».`,
    nothingUnread: (name) => `Rien de non lu de ${name}.`,
  },
);
