import { bilingual } from './bilingual.js';

/** Two people compare their safety number. */
export const safetyNumberWords = bilingual(
  {
    title: (name: string) => `Safety number with ${name}`,
    unverified: 'not verified yet',
    verified: 'verified: you have compared it',
    changed: 'KEY CHANGED',
    changedMeans: (name: string) =>
      `${name} has a new device or a new installation, or somebody is posing as ${name}. Nothing is sent until you have compared the new number.`,
    how: (name: string) => `Look at ${name}’s screen, or read it to each other on a call. A phone reads the same 60 digits from the code.`,
    howAgain: (name: string) => `Compare it with ${name}, screen by screen or on a call.`,
    noRoom: (columns: number, rows: number) => `The code for phones needs a window of ${columns} × ${rows}; enlarge this one to see it.`,
    same: 'They are the same',
    differ: 'They differ',
    looking: 'The number is asked for…',
    confirming: 'It is noted…',
    confirmed: (name: string) => `The key of ${name} is verified.`,
    moved: 'The key changed while you were comparing. This is the new number: compare it from the start.',
    differTitle: 'The numbers differ',
    differDo: (name: string) =>
      `Somebody may be between you. Send ${name} nothing private. Make sure by another way that both look at the right person, then compare again.`,
    differChanged: (name: string) => `Nothing is sent to ${name} as long as you do not confirm the new key.`,
    takenBack: 'The verification was taken back.',
    takingBack: 'The verification is taken back…',
    remove: (name: string) => `Remove ${name}`,
    again: 'Compare again',
    gone: 'There is no such friend any more.',
  },
  {
    title: (name) => `Numéro de sécurité avec ${name}`,
    unverified: 'pas encore vérifié',
    verified: 'vérifié : vous l’avez comparé',
    changed: 'LA CLÉ A CHANGÉ',
    changedMeans: (name) =>
      `${name} a un nouvel appareil ou une nouvelle installation, ou quelqu’un se fait passer pour ${name}. Rien n’est envoyé avant que vous ayez comparé.`,
    how: (name) => `Regarder l’écran de ${name}, ou vous le lire au téléphone. Un téléphone lit les mêmes 60 chiffres dans le code.`,
    howAgain: (name) => `Le comparer avec ${name}, d’écran à écran ou au téléphone.`,
    noRoom: (columns, rows) => `Le code pour téléphones demande une fenêtre de ${columns} × ${rows} ; agrandir celle-ci pour le voir.`,
    same: 'Ils sont identiques',
    differ: 'Ils diffèrent',
    looking: 'Demande du numéro…',
    confirming: 'Enregistrement…',
    confirmed: (name) => `La clé de ${name} est vérifiée.`,
    moved: 'La clé a changé pendant la comparaison. Voici le nouveau numéro : tout comparer de nouveau.',
    differTitle: 'Les numéros diffèrent',
    differDo: (name) =>
      `Quelqu’un se trouve peut-être entre vous. N’envoyez rien de privé à ${name}. Assurez-vous par un ` +
      'autre moyen qu’il s’agit de la bonne personne, puis comparez de nouveau.',
    differChanged: (name) => `Rien n’est envoyé à ${name} tant que vous ne confirmez pas la nouvelle clé.`,
    takenBack: 'La vérification a été retirée.',
    takingBack: 'La vérification est en train d’être retirée…',
    remove: (name) => `Retirer ${name}`,
    again: 'Comparer de nouveau',
    gone: 'Cet ami n’existe plus.',
  },
);
