import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import { SansfilError } from '../../core/base/errors.js';
import { languageOf } from '../../core/shell/languageOf.js';
import { parseBytes } from '../../core/shell/parseBytes.js';
import { readVersion } from '../shared/version.js';
import { speak, words } from '../shared/words.js';
import type { VerbContext } from './context.js';
import type { TrustOptions } from './verbs/people.js';
import { EXIT } from './exitCodes.js';
import { reportFailure } from './failure.js';
import { translateHelp } from './help.js';
import type { CliIo } from './io.js';
import { Output } from './Output.js';

/** Runs one command line; what the process ends with. Never rejects. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const end = argv.indexOf('--');
  const json = (end < 0 ? argv : argv.slice(0, end)).includes('--json');
  // What programs read is the same everywhere.
  speak(json ? 'en' : languageOf(io.locale));
  try {
    await buildProgram(io).parseAsync(argv, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(io, json, error);
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return EXIT.done;
    if (error.code === 'commander.help') return EXIT.usage;
    return reportFailure(io, json, new SansfilError('COMMAND_INVALID', words.seeHelp(error.message.replace(/^error: /, '').replaceAll('\n', ' '))));
  }
}

function buildProgram(io: CliIo): Command {
  const program = translateHelp(new Command('sansfil'))
    .description(words.program)
    .version(readVersion(), '-V, --version', words.versionFlag)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text), outputError: () => undefined })
    .addHelpText('after', `\n${words.exitCodes}`);
  addProcesses(program, io);
  addAccount(program, io);
  addPeople(program, io);
  addMessages(program, io);
  addFiles(program, io);
  addPgp(program, io);
  addCatalogue(program, io);
  return program;
}

interface Flags {
  readonly json?: boolean;
  readonly data?: string;
}

interface VerbOptions {
  /** What `--data` means here; false: there is no such flag. */
  readonly data?: string | false;
  /** Meant when the verb above it stands alone. */
  readonly isDefault?: boolean;
}

/** One verb. `--json` is on all of them, `--data` on all that mean a device. */
function verb(parent: Command, name: string, summary: string, { data = words.data, isDefault = false }: VerbOptions = {}): Command {
  const command = parent.command(name, { isDefault }).description(summary).option('--json', words.json);
  return data === false ? command : command.option('--data <folder>', data);
}

const context = (io: CliIo, flags: Flags): VerbContext => ({ io, out: new Output(io, flags.json === true), data: flags.data });

function addProcesses(program: Command, io: CliIo): void {
  verb(program, 'directory', words.verbs.directory, { data: words.directoryData })
    .argument('[address]', words.options.directoryAddress)
    .argument('[port]', words.options.directoryPort)
    .option('--debug', words.options.directoryDebug)
    .action(async (address: string | undefined, port: string | undefined, flags: Flags & { debug?: boolean }) =>
      (await import('./verbs/directory.js')).directory(context(io, flags), { address, port, debug: flags.debug === true }),
    );
  verb(program, 'run', words.verbs.run)
    .option('--directory <url>', words.options.directory)
    .option('--listen <host:port>', words.options.listen, (one: string, before: string[] | undefined) => [...(before ?? []), one])
    .option('--announce <host:port>', words.options.announce, (one: string, before: string[] | undefined) => [...(before ?? []), one])
    .option('--name <name>', words.options.name)
    .option('--receive <folder>', words.options.receive)
    .option('--plugins <list>', words.options.plugins, (list: string) => list.split(',').map((name) => name.trim()))
    .addOption(program.createOption('--as <kind>', words.options.as).choices(['pi', 'viewboard']).default('pi'))
    .option('--dashboard', words.options.dashboard)
    .option('--plain', words.options.plain)
    .option('--debug', words.options.debug)
    .action(async (flags: Flags & import('./verbs/run.js').RunFlags) => (await import('./verbs/run.js')).run(context(io, flags), flags));
  verb(program, 'dashboard', words.verbs.dashboard)
    .option('--plain', words.options.plain)
    .action(async (flags: Flags & { plain?: boolean }) => (await import('./verbs/dashboard.js')).dashboard(context(io, flags), flags));
  verb(program, 'demo', words.verbs.demo, { data: false })
    .option('--script', words.options.script)
    .option('--keep', words.options.keep)
    .action(async (flags: Flags & { script?: boolean; keep?: boolean }) => (await import('./verbs/demo.js')).demo(context(io, flags), flags));
  verb(program, 'version', words.verbs.version, { data: false }).action((flags: Flags) => {
    const version = readVersion();
    context(io, flags).out.result({ version, node: process.versions.node }, [`sansfil ${version}`, `node ${process.versions.node}`]);
  });
}

function addAccount(program: Command, io: CliIo): void {
  const load = (): Promise<typeof import('./verbs/account.js')> => import('./verbs/account.js');
  verb(program, 'register', words.verbs.register)
    .argument('<name>')
    .action(async (name: string, flags: Flags) => (await load()).register(context(io, flags), name));
  verb(program, 'login', words.verbs.login).action(async (flags: Flags) => (await load()).login(context(io, flags)));
  verb(program, 'whoami', words.verbs.whoami).action(async (flags: Flags) => (await load()).whoami(context(io, flags)));
  verb(program, 'status', words.verbs.status)
    .addArgument(new Argument('[state]').choices(['online', 'busy', 'away', 'offline']))
    .action(async (state: 'online' | 'busy' | 'away' | 'offline' | undefined, flags: Flags) => (await load()).status(context(io, flags), state));
}

function addPeople(program: Command, io: CliIo): void {
  const load = (): Promise<typeof import('./verbs/people.js')> => import('./verbs/people.js');
  const friends = program.command('friends').description(words.verbs.friends);
  verb(friends, 'list', words.verbs.friendsList, { isDefault: true }).action(async (flags: Flags) => (await load()).friendsList(context(io, flags)));
  const changes = {
    add: words.verbs.friendsAdd,
    accept: words.verbs.friendsAccept,
    decline: words.verbs.friendsDecline,
    remove: words.verbs.friendsRemove,
  } as const;
  for (const action of ['add', 'accept', 'decline', 'remove'] as const) {
    verb(friends, action, changes[action])
      .argument('<name>')
      .action(async (name: string, flags: Flags) => (await load()).friendsChange(context(io, flags), action, name));
  }
  verb(friends, 'trust', words.verbs.friendsTrust)
    .argument('<name>')
    .option('--limit <size>', words.options.trustLimit, size)
    .option('--to <folder>', words.options.trustTo)
    .option('--off', words.options.trustOff)
    .action(async (name: string, flags: Flags & TrustOptions) => (await load()).friendsTrust(context(io, flags), name, flags));
  verb(program, 'verify', words.verbs.verify)
    .argument('<name>')
    .option('--confirm', words.options.confirm)
    .action(async (name: string, flags: Flags & { confirm?: boolean }) => (await load()).verify(context(io, flags), name, flags.confirm === true));
}

function addMessages(program: Command, io: CliIo): void {
  const load = (): Promise<typeof import('./verbs/messages.js')> => import('./verbs/messages.js');
  verb(program, 'message', words.verbs.message)
    .argument('<name>')
    .argument('[text...]')
    .option('--wait', words.options.wait)
    .option('--timeout <seconds>', words.options.timeout, seconds)
    .action(async (name: string, text: string[], flags: Flags & WaitFlags) => (await load()).message(context(io, flags), name, text, waitOptions(flags)));
  verb(program, 'history', words.verbs.history)
    .argument('<name>')
    .option('--search <text>', words.options.search)
    .option('--limit <count>', words.options.limit, wholeNumber)
    .option('--before <position>', words.options.before, wholeNumber)
    .action(async (name: string, flags: Flags & { search?: string; limit?: number; before?: number }) => {
      const { search, limit, before } = flags;
      await (
        await load()
      ).history(context(io, flags), name, {
        ...(search === undefined ? {} : { search }),
        ...(limit === undefined ? {} : { limit }),
        ...(before === undefined ? {} : { before }),
      });
    });
  verb(program, 'read', words.verbs.read)
    .argument('<name>')
    .action(async (name: string, flags: Flags) => (await load()).read(context(io, flags), name));
}

function addFiles(program: Command, io: CliIo): void {
  const load = (): Promise<typeof import('./verbs/files.js')> => import('./verbs/files.js');
  verb(program, 'send', words.verbs.send)
    .argument('<name>')
    .argument('<path...>')
    .option('--passphrase', words.options.sendPassphrase)
    .option('--passphrase-file <file>', words.options.passphraseFile)
    .option('--wait', words.options.waitFile)
    .option('--timeout <seconds>', words.options.timeout, seconds)
    .action(async (name: string, paths: string[], flags: Flags & WaitFlags & PassphraseFlags) =>
      (await load()).send(context(io, flags), name, paths, { ...waitOptions(flags), ...passphraseOptions(flags) }),
    );
  const transfers = program.command('transfers').description(words.verbs.transfers);
  verb(transfers, 'list', words.verbs.transfersList, { isDefault: true }).action(async (flags: Flags) => (await load()).transfersList(context(io, flags)));
  verb(transfers, 'watch', words.verbs.transfersWatch).action(async (flags: Flags) => (await load()).transfersWatch(context(io, flags)));
  verb(transfers, 'accept', words.verbs.transfersAccept)
    .argument('<id>')
    .option('--to <folder>', words.options.acceptTo)
    .option('--passphrase-file <file>', words.options.passphraseFile)
    .action(async (id: string, flags: Flags & PassphraseFlags & { to?: string }) =>
      (await load()).transfersAccept(context(io, flags), id, { ...passphraseOptions(flags), ...(flags.to === undefined ? {} : { to: flags.to }) }),
    );
  verb(transfers, 'show', words.verbs.transfersShow)
    .argument('<id>')
    .action(async (id: string, flags: Flags) => (await load()).transfersShow(context(io, flags), id));
  const changes = {
    decline: words.verbs.transfersDecline,
    pause: words.verbs.transfersPause,
    resume: words.verbs.transfersResume,
    cancel: words.verbs.transfersCancel,
  } as const;
  for (const action of ['decline', 'pause', 'resume', 'cancel'] as const) {
    verb(transfers, action, changes[action])
      .argument('<id>')
      .action(async (id: string, flags: Flags) => (await load()).transfersChange(context(io, flags), action, id));
  }
}

function addPgp(program: Command, io: CliIo): void {
  const load = (): Promise<typeof import('./verbs/pgp.js')> => import('./verbs/pgp.js');
  const pgp = program.command('pgp').description(words.verbs.pgp);
  verb(pgp, 'key', words.verbs.pgpKey)
    .argument('[name]')
    .action(async (name: string | undefined, flags: Flags) => (await load()).pgpKey(context(io, flags), name));
  verb(pgp, 'import', words.verbs.pgpImport)
    .argument('<name>')
    .argument('<file>')
    .action(async (name: string, file: string, flags: Flags) => (await load()).pgpImport(context(io, flags), name, file));
  verb(pgp, 'seal', words.verbs.pgpSeal)
    .argument('<file...>')
    .option('--for <name or key file>', words.options.pgpFor, (one: string, before: string[] | undefined) => [...(before ?? []), one])
    .option('--passphrase', words.options.pgpPassphrase)
    .option('--passphrase-file <file>', words.options.passphraseFile)
    .option('--out <file>', words.options.pgpOut)
    .option('--armor', words.options.pgpArmor)
    .option('--no-sign', words.options.pgpNoSign)
    .action(async (files: string[], flags: Flags & import('./verbs/pgp.js').SealFlags) => (await load()).pgpSeal(context(io, flags), files, flags));
  verb(pgp, 'open', words.verbs.pgpOpen)
    .argument('<file>')
    .option('--passphrase-file <file>', words.options.passphraseFile)
    .option('--out <file>', words.options.pgpOut)
    .action(async (file: string, flags: Flags & import('./verbs/pgp.js').OpenFlags) => (await load()).pgpOpen(context(io, flags), file, flags));
}

function addCatalogue(program: Command, io: CliIo): void {
  const load = (): Promise<typeof import('./verbs/catalogue.js')> => import('./verbs/catalogue.js');
  const share = program.command('share').description(words.verbs.share);
  verb(share, 'list', words.verbs.shareList, { isDefault: true }).action(async (flags: Flags) => (await load()).shareList(context(io, flags)));
  verb(share, 'add', words.verbs.shareAdd)
    .argument('<path>')
    .option('--no-wait', words.options.noWait)
    .action(async (path: string, flags: Flags & WaitFlags) => (await load()).shareAdd(context(io, flags), path, flags.wait !== false));
  verb(share, 'remove', words.verbs.shareRemove)
    .argument('<id>')
    .action(async (id: string, flags: Flags) => (await load()).shareRemove(context(io, flags), id));
  verb(program, 'browse', words.verbs.browse)
    .argument('<name>')
    .argument('[share]')
    .action(async (name: string, id: string | undefined, flags: Flags) => (await load()).browse(context(io, flags), name, id));
  verb(program, 'fetch', words.verbs.fetch)
    .argument('<name>')
    .argument('<share>')
    .argument('[path...]')
    .option('--to <folder>', words.options.acceptTo)
    .option('--wait', words.options.waitFetch)
    .option('--timeout <seconds>', words.options.timeout, seconds)
    .action(async (name: string, id: string, paths: string[], flags: Flags & WaitFlags & { to?: string }) => {
      const options = { ...waitOptions(flags), ...(flags.to === undefined ? {} : { to: flags.to }) };
      await (await import('./verbs/fetch.js')).fetch(context(io, flags), name, id, paths, options);
    });
}

interface PassphraseFlags {
  readonly passphrase?: boolean;
  readonly passphraseFile?: string;
}

function passphraseOptions({ passphrase, passphraseFile }: PassphraseFlags): PassphraseFlags {
  return { ...(passphrase === undefined ? {} : { passphrase }), ...(passphraseFile === undefined ? {} : { passphraseFile }) };
}

interface WaitFlags {
  readonly wait?: boolean;
  readonly timeout?: number;
}

function waitOptions({ wait, timeout }: WaitFlags): { wait?: boolean; timeoutMs?: number } {
  return { ...(wait === undefined ? {} : { wait }), ...(timeout === undefined ? {} : { timeoutMs: timeout * 1_000 }) };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || value > 2_000_000) throw new InvalidArgumentError(words.notSeconds);
  return value;
}

function size(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new InvalidArgumentError(words.notSize);
  return bytes;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < 1) throw new InvalidArgumentError(words.notNumber);
  return value;
}
