import { token } from './token.js';

/** What the process around a shell tells it and does for it. */
export interface ShellHost {
  /** Ends this shell in good order, and the device when that runs in the same process. */
  quit(): void;
  /** What `quit` ends. */
  readonly ends: 'device' | 'shell';
  /** Append-only lines instead of a full screen. */
  readonly plain: boolean;
  /** The reader's language as the environment names it, POSIX or BCP 47; undefined: it says nothing. */
  readonly locale: string | undefined;
  /** The type of the terminal as the environment names it; undefined where there is none. */
  readonly terminal: string | undefined;
  /** False where somebody asked for none (NO_COLOR). */
  readonly colours: boolean;
  /** Of the person, for paths that begin with `~`. */
  readonly home: string;
}

export const SHELL_HOST = token<ShellHost>('shell-host');
