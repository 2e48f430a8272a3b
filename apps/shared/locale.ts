/** The reader's language as the environment names it, in the order of POSIX: the first of them that is set and not empty. */
export const localeOf = (env: NodeJS.ProcessEnv): string | undefined =>
  [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
