import { homedir } from 'node:os';
import type { ShellHost } from '../../core/ports/shellHost.js';
import { localeOf } from './locale.js';

/** What the environment says about the person and the terminal, and what this process does for a shell. */
export function shellHost(own: Pick<ShellHost, 'plain' | 'ends' | 'quit'>, env: NodeJS.ProcessEnv = process.env): ShellHost {
  return {
    ...own,
    locale: localeOf(env),
    terminal: env['TERM'],
    colours: (env['NO_COLOR'] ?? '') === '',
    home: homedir(),
  };
}

/** One that cannot even move its cursor. */
export const isDumb = ({ TERM }: NodeJS.ProcessEnv = process.env): boolean => TERM === undefined || TERM === '' || TERM === 'dumb';
