import { readFileSync } from 'node:fs';

/** The version of the package this file belongs to, run from its source or from dist. */
export function readVersion(): string {
  for (const up of ['../../', '../../../']) {
    const found = versionIn(new URL(`${up}package.json`, import.meta.url));
    if (found !== undefined) return found;
  }
  return 'unknown';
}

function versionIn(file: URL): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown };
  return name === 'sansfil' && typeof version === 'string' ? version : undefined;
}
