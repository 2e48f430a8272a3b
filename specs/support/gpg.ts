import { execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GPG, missingTool } from './systemTool.js';

const run = promisify(execFile);

/** The gpg of this machine with a home of its own. Without gpg every spec that asks for one fails and says so. */
export class Gpg implements AsyncDisposable {
  private constructor(private readonly home: string) {}

  static async at(folder: string): Promise<Gpg> {
    // gpg-agent makes a socket in there, whose path must be short.
    const home = join(folder, 'gnupg');
    await mkdir(home, { mode: 0o700 });
    const gpg = new Gpg(home);
    const missing = await missingTool(GPG);
    if (missing !== undefined) throw new Error(missing);
    return gpg;
  }

  /** What it says on stderr. @throws Error when it fails */
  async ask(...argv: readonly string[]): Promise<string> {
    return (await run('gpg', [...this.#flags(), ...argv])).stderr;
  }

  /** The same with bytes on stdin. */
  async feed(input: Uint8Array, ...argv: readonly string[]): Promise<void> {
    const child = spawn('gpg', [...this.#flags(), ...argv], { stdio: ['pipe', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.stdin.end(input);
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`gpg ${argv.join(' ')} ended with ${String(code)}: ${stderr}`);
  }

  /** A key that can sign and be sealed for. */
  async makeKey(name: string, expires = 'never'): Promise<void> {
    await this.ask('--passphrase', '', '--quick-generate-key', name, 'future-default', 'default', expires);
  }

  async exportTo(file: string, name: string, ...flags: readonly string[]): Promise<string> {
    await this.ask(...flags, '--output', file, '--export', name);
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('gpgconf', ['--homedir', this.home, '--kill', 'all']);
  }

  #flags(): readonly string[] {
    return ['--homedir', this.home, '--batch', '--yes', '--no-tty', '--pinentry-mode', 'loopback', '--trust-model', 'always', '--no-auto-key-locate'];
  }
}
