import { homedir } from 'node:os';
import type { ShellHost } from '../../core/ports/shellHost.js';

/** What the environment says about the person and the terminal, and what this process does for a shell. */
export function shellHost(own: Pick<ShellHost, 'plain' | 'ends' | 'quit'>, env: NodeJS.ProcessEnv = process.env): ShellHost {
  return {
    ...own,
    // POSIX: the first of them that is set and not empty.
    locale: [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((one) => one !== undefined && one !== ''),
    terminal: env['TERM'],
    colours: (env['NO_COLOR'] ?? '') === '',
    home: homedir(),
  };
}

/** One that cannot even move its cursor. */
export const isDumb = ({ TERM }: NodeJS.ProcessEnv = process.env): boolean => TERM === undefined || TERM === '' || TERM === 'dumb';
