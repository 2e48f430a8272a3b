import { bilingual } from '../../../core/shell/words/bilingual.js';

/** What is said of people and of messages with them. */
export const peopleWords = bilingual(
  {
    noFriends: 'Nobody yet. Ask somebody: sansfil friends add NAME',
    typeText: 'Type the message, then Ctrl-D.',
    inputNotText: 'what stands on stdin is not UTF-8 text',
    messageState: (state: string, name: string) => `${state} (${name})`,
    messageWaits: (why: string) => `Waiting: ${why}`,
    noneFound: (text: string) => `No message contains '${text}'.`,
  },
  {
    noFriends: 'Personne encore. Demandez à quelqu’un : sansfil friends add NOM',
    typeText: 'Tapez le message, puis Ctrl-D.',
    inputNotText: 'ce qui vient de stdin n’est pas du texte UTF-8',
    messageState: (state, name) => `${state} (pour ${name})`,
    messageWaits: (why) => `En attente : ${why}`,
    noneFound: (text) => `Aucun message ne contient « ${text} ».`,
  },
);
