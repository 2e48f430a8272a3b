import { utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { FILE_NAME_BYTES_MAX, FILE_PATH_BYTES_MAX, FILE_PATH_DEPTH_MAX } from '../base/limits.js';

/** Controls, invisible and direction-changing characters (one more is reserved among them), lone surrogates, line and paragraph separators. */
const DECEPTIVE = /[\u2065\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Folded at once: a transfer may have a hundred thousand names. */
const ASCII = /^[\x20-\x7e]*$/;
/** What some file system takes for a separator, a drive, a stream or a pattern. */
const SPECIAL = /[<>:"\\|?*]/;
/** Windows drops these, so that two names would become one. */
const TRAILING = /[.\s]$/u;
/** Device names of Windows, with or without an extension, the superscript digits included (Go CVE-2023-45284). */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/iu;

/**
 * The one judge of relative names that came from a peer (PROTOCOL [P-6.3]): NFC, `/` between clean components, refused
 * rather than repaired. The result is safe to append to a folder on any file system, and judging it again changes nothing.
 * @throws SansfilError FILE_NAME_UNSAFE
 */
export function safeRelativeName(received: string): string {
  const name = received.normalize('NFC');
  if (utf8(name).length > FILE_PATH_BYTES_MAX) throw unsafe('it is too long');
  const components = name.split('/');
  if (components.length > FILE_PATH_DEPTH_MAX) throw unsafe('it is too deep');
  for (const component of components) judge(component);
  return name;
}

/** Equal for two names that some file system takes for one: upper and lower case, composed and decomposed. */
export function foldedName(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * Refuses two names that would meet in one file, or a file that is also somebody's folder.
 * @throws SansfilError FILE_NAME_UNSAFE
 */
export function refuseClashes(names: readonly string[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const name of names) {
    const folded = foldedName(name);
    if (files.has(folded)) throw unsafe('two names are the same on some systems');
    files.add(folded);
    for (let slash = folded.indexOf('/'); slash >= 0; slash = folded.indexOf('/', slash + 1)) folders.add(folded.slice(0, slash));
  }
  for (const folder of folders) if (files.has(folder)) throw unsafe('a name is both a file and a folder');
}

/** `photo.jpg`, 2 → `photo (2).jpg`: the n-th name to try when a component is taken. Never longer than a component may be. */
export function numberedName(component: string, n: number): string {
  if (n === 1) return component;
  const dot = component.lastIndexOf('.');
  const stem = [...(dot > 0 ? component.slice(0, dot) : component)];
  const tail = ` (${n})${dot > 0 ? component.slice(dot) : ''}`;
  while (stem.length > 0 && utf8(stem.join('') + tail).length > FILE_NAME_BYTES_MAX) stem.pop();
  return stem.join('') + tail;
}

function judge(component: string): void {
  if (component === '') throw unsafe('a part of it is empty');
  if (component === '.' || component === '..') throw unsafe('it leaves its folder');
  if (DECEPTIVE.test(component)) throw unsafe('it holds a control or invisible character');
  if (SPECIAL.test(component)) throw unsafe('it holds a character that is special on some systems');
  if (TRAILING.test(component)) throw unsafe('a part of it ends in a dot or space');
  if (DEVICE.test(component)) throw unsafe('it names a device');
  if (utf8(component).length > FILE_NAME_BYTES_MAX) throw unsafe('a part of it is too long');
}

/** The name itself stays out of the message: it is the peer's text and may end up on a terminal. */
const unsafe = (why: string): SansfilError => new SansfilError('FILE_NAME_UNSAFE', `the file name is not safe: ${why}`);
