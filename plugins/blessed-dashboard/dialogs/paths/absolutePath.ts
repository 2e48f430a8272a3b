import { resolve } from 'node:path';

/** What a person wrote as a path: absolute, from `~`, or else from the home folder. */
export function absolutePath(written: string, home: string): string {
  return resolve(home, written === '~' || written.startsWith('~/') ? `.${written.slice(1)}` : written);
}

/** The same as people write it: what is in the home folder begins with `~`. */
export function shownPath(path: string, home: string): string {
  const prefix = home.endsWith('/') ? home : `${home}/`;
  return path === home ? '~' : path.startsWith(prefix) ? `~/${path.slice(prefix.length)}` : path;
}
