import { utf8 } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { FILE_BYTES_MAX, SHARE_BATCH, SHARE_ITEMS_MAX, SHARE_LIST_BYTES_MAX } from '../../base/limits.js';
import type { Survey, SurveyEntry } from '../../ports/files.js';
import type { FoundItem } from '../../ports/shareStore.js';
import { ITEM_HEAD_BYTES } from '../../protocol/cataloguePages.js';
import { safeRelativeName } from '../../protocol/fileNames.js';
import { wholeMs } from '../../protocol/manifest.js';
import { Names } from './Names.js';

/**
 * What a look at the disk finds, judged: names that friends could not use, or that would meet in one file, get a code.
 * In batches of SHARE_BATCH.
 * @throws SansfilError FILE_UNREADABLE | SHARE_LIMIT when it is more than one share may be
 */
export async function* lookThrough(survey: Survey): AsyncGenerator<readonly FoundItem[]> {
  const names = new Names();
  let batch: FoundItem[] = [];
  let count = 0;
  let listBytes = 0;
  for await (const entries of survey.entries()) {
    for (const entry of entries) {
      count += 1;
      listBytes += ITEM_HEAD_BYTES + utf8(entry.name).length;
      if (count > SHARE_ITEMS_MAX) throw new SansfilError('SHARE_LIMIT', `the folder holds more than ${SHARE_ITEMS_MAX} files; share its subfolders`);
      if (listBytes > SHARE_LIST_BYTES_MAX) throw new SansfilError('SHARE_LIMIT', 'the names in the folder are too long together; share its subfolders');
      batch.push(judge(entry, names));
      if (batch.length < SHARE_BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** @throws SansfilError FILE_NAME_UNUSABLE */
export function shareName(name: string): string {
  if (!isUsable(name)) throw new SansfilError('FILE_NAME_UNUSABLE');
  return name;
}

function judge(entry: SurveyEntry, names: Names): FoundItem {
  const { path, name, bytes, mode } = entry;
  const found = { path, name, bytes, mode, modifiedMs: wholeMs(entry.modifiedMs) };
  // Its owner is shown where it is: two names that meet in one file may be spelled the same here.
  if (!isUsable(name) || !names.take(name)) return { ...found, name: path, code: entry.code ?? 'FILE_NAME_UNUSABLE' };
  if (entry.code !== undefined) return { ...found, code: entry.code };
  return bytes > FILE_BYTES_MAX ? { ...found, code: 'SHARE_LIMIT' } : found;
}

function isUsable(name: string): boolean {
  try {
    return safeRelativeName(name) === name;
  } catch (error) {
    if (SansfilError.is(error)) return false;
    throw error;
  }
}
