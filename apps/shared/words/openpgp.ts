import { bilingual } from '../../../core/shell/words/bilingual.js';

/** What is said of passphrases, and of files for and from people who use gpg. */
export const openpgpWords = bilingual(
  {
    passphrasePrompt: 'Passphrase: ',
    passphraseAgain: 'Again: ',
    passphraseEmpty: 'it is empty',
    passphraseLong: 'the passphrase is too long',
    passphrasesDiffer: 'the two passphrases are not the same',
    passphraseUnreadable: 'the passphrase file is not there, not readable or not UTF-8 text',
    pgpKey: (of: string | undefined, fingerprint: string, names: string) =>
      `OpenPGP key ${of === undefined ? 'of this device' : `of ${of}`} (${names}): ${fingerprint}`,
    pgpImported: (name: string, fingerprint: string, names: string) =>
      `The key of ${name} (${names}) is kept. Compare its fingerprint with ${name} before you trust it: ${fingerprint}`,
    pgpForWhom: 'say for whom with --for, or seal with --passphrase',
    pgpOneOut: '--out names one file; seal several files without it',
    pgpSealed: (path: string, bytes: string) => `Sealed as ${path} (${bytes}).`,
    pgpOpened: (path: string, bytes: string) => `Opened as ${path} (${bytes}).`,
    pgpUs: 'this device itself',
    pgpUnsigned: 'Nobody signed it: it may come from anybody.',
    pgpSignature: {
      good: (name: string, key: string) => `Signed by ${name}, with the key ${key}.`,
      unknown: (_name: string, key: string) =>
        `Signed with a key that is not known here (${key}), which proves nothing. Import it: sansfil pgp import NAME FILE`,
      doubtful: (name: string, key: string) =>
        `The signature of ${name} (${key}) proves nothing: the key had expired or been revoked, or the method is too weak.`,
    },
  },
  {
    passphrasePrompt: 'Phrase secrète : ',
    passphraseAgain: 'De nouveau : ',
    passphraseEmpty: 'elle est vide',
    passphraseLong: 'la phrase secrète est trop longue',
    passphrasesDiffer: 'les deux phrases secrètes ne sont pas les mêmes',
    passphraseUnreadable: 'le fichier de la phrase secrète n’existe pas, n’est pas lisible ou n’est pas du texte UTF-8',
    pgpKey: (of, fingerprint, names) => `Clé OpenPGP ${of === undefined ? 'de cet appareil' : `de ${of}`} (${names}) : ${fingerprint}`,
    pgpImported: (name, fingerprint, names) =>
      `La clé de ${name} (${names}) est gardée. Comparez son empreinte avec ${name} avant de vous y fier : ${fingerprint}`,
    pgpForWhom: 'dites pour qui avec --for, ou scellez avec --passphrase',
    pgpOneOut: '--out nomme un seul fichier ; scellez-en plusieurs sans lui',
    pgpSealed: (path, bytes) => `Scellé sous ${path} (${bytes}).`,
    pgpOpened: (path, bytes) => `Ouvert sous ${path} (${bytes}).`,
    pgpUs: 'cet appareil lui-même',
    pgpUnsigned: 'Personne ne l’a signé : il peut venir de n’importe qui.',
    pgpSignature: {
      good: (name, key) => `Signé par ${name}, avec la clé ${key}.`,
      unknown: (_name, key) => `Signé avec une clé inconnue ici (${key}), ce qui ne prouve rien. Importez-la : sansfil pgp import NOM FICHIER`,
      doubtful: (name, key) => `La signature de ${name} (${key}) ne prouve rien : la clé avait expiré ou avait été révoquée, ou la méthode est trop faible.`,
    },
  },
);
