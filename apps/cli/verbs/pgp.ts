import { resolve } from 'node:path';
import { SansfilError } from '../../../core/base/errors.js';
import type { PgpOpenedView } from '../../../core/events/commands.js';
import type { PgpSealed } from '../../../core/ports/openpgp.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';
import { needsPassphrase, readPassphrase } from '../passphrase.js';

export interface SealFlags {
  /** Friends, or key files: see `isKeyFile`. */
  readonly for?: readonly string[];
  readonly passphrase?: boolean;
  readonly passphraseFile?: string;
  readonly out?: string;
  readonly armor?: boolean;
  /** False with --no-sign; commander says true without it. */
  readonly sign?: boolean;
}

export interface OpenFlags {
  readonly passphraseFile?: string;
  readonly out?: string;
}

/** The key itself goes to stdout, so that it can be sent into a file. */
export function pgpKey(context: VerbContext, name: string | undefined): Promise<void> {
  return withDevice(context, async (device) => {
    const key = await device.dispatch({ type: 'pgp.key', ...(name === undefined ? {} : { name }) });
    context.out.note(words.pgpKey(key.of, grouped(key.fingerprint), key.userIds.join(', ')));
    context.out.result(key, key.armored.trimEnd().split(/\r?\n/));
  });
}

export function pgpImport(context: VerbContext, name: string, path: string): Promise<void> {
  return withDevice(context, async (device) => {
    const key = await device.dispatch({ type: 'pgp.import', name, path: resolve(path) });
    context.out.note(words.pgpImported(key.of ?? name, grouped(key.fingerprint), key.userIds.join(', ')));
    context.out.result(key, []);
  });
}

export async function pgpSeal(context: VerbContext, paths: readonly string[], flags: SealFlags): Promise<void> {
  const recipients = flags.for ?? [];
  const wantsPassphrase = flags.passphrase === true || flags.passphraseFile !== undefined;
  if (recipients.length === 0 && !wantsPassphrase) throw new SansfilError('COMMAND_INVALID', words.pgpForWhom);
  if (paths.length > 1 && flags.out !== undefined) throw new SansfilError('COMMAND_INVALID', words.pgpOneOut);
  const passphrase = wantsPassphrase ? await readPassphrase(context.io, { ...fileOf(flags), isNew: true }) : undefined;
  await withDevice(context, async (device) => {
    const sealed: PgpSealed[] = [];
    for (const path of paths) {
      const one = await device.dispatch({
        type: 'pgp.seal',
        path: resolve(path),
        to: recipients.filter((recipient) => !isKeyFile(recipient)),
        keyFiles: recipients.filter(isKeyFile).map((file) => resolve(file)),
        ...(flags.out === undefined ? {} : { out: resolve(flags.out) }),
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(flags.armor === undefined ? {} : { armor: flags.armor }),
        ...(flags.sign === false ? { sign: false } : {}),
      });
      context.out.note(words.pgpSealed(one.path, language.bytes(one.bytes)));
      sealed.push(one);
    }
    context.out.result(sealed, []);
  });
}

export async function pgpOpen(context: VerbContext, path: string, flags: OpenFlags): Promise<void> {
  const given = flags.passphraseFile === undefined ? undefined : await readPassphrase(context.io, { ...fileOf(flags), isNew: false });
  await withDevice(context, async (device) => {
    const open = (passphrase: string | undefined): Promise<PgpOpenedView> =>
      device.dispatch({
        type: 'pgp.open',
        path: resolve(path),
        ...(flags.out === undefined ? {} : { out: resolve(flags.out) }),
        ...(passphrase === undefined ? {} : { passphrase }),
      });
    let opened: PgpOpenedView;
    try {
      opened = await open(given);
    } catch (error) {
      if (!needsPassphrase(error) || !context.io.inputIsTerminal) throw error;
      opened = await open(await readPassphrase(context.io, { isNew: false }));
    }
    context.out.note(words.pgpOpened(opened.path, language.bytes(opened.bytes)));
    for (const line of signatureLines(opened)) context.out.note(line);
    context.out.result(opened, []);
  });
}

/** What has a slash in it or ends like one is a key file; everything else is the name of a friend. */
const isKeyFile = (recipient: string): boolean => recipient.includes('/') || /\.(?:asc|gpg|pgp)$/i.test(recipient);

const fileOf = ({ passphraseFile }: { readonly passphraseFile?: string }): { readonly file?: string } =>
  passphraseFile === undefined ? {} : { file: passphraseFile };

function signatureLines({ signatures }: PgpOpenedView): readonly string[] {
  if (signatures.length === 0) return [words.pgpUnsigned];
  return signatures.map(({ state, by, fingerprint, keyId }) => words.pgpSignature[state](by ?? words.pgpUs, grouped(fingerprint ?? keyId)));
}

const grouped = (digits: string): string => digits.match(/.{1,4}/g)?.join(' ') ?? digits;
