import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Another worker may be installing something at the same time. */
const APT = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'APT::Update::Error-Mode=any', '-q', '-y'];

export interface SystemTool {
  readonly program: string;
  /** Of Debian. */
  readonly package: string;
}

export const TMUX: SystemTool = { program: 'tmux', package: 'tmux' };
export const GPG: SystemTool = { program: 'gpg', package: 'gnupg' };

const found = (program: string): boolean => (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/**
 * A program specs need that no npm package brings: there already, or installed where that can be done (as root, with apt).
 * Undefined when it is there afterwards, otherwise one line with the command that installs it.
 */
export async function missingTool({ program, package: name }: SystemTool): Promise<string | undefined> {
  if (found(program)) return undefined;
  const command = `apt-get install ${name}`;
  if (process.getuid?.() === 0 && found('apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = (): Promise<unknown> => run('apt-get', [...APT, 'install', '--no-install-recommends', name], { env });
    try {
      await install().catch(() => run('apt-get', [...APT, 'update'], { env }).then(install));
    } catch (error) {
      const [why] = String(error).trim().split('\n').slice(-1);
      return `these specs need ${program}: ${command} (tried, and it failed: ${why ?? ''})`;
    }
    if (found(program)) return undefined;
  }
  return `these specs need ${program}: ${command}`;
}
