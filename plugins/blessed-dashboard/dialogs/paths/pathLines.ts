import { span, type Line } from '../../lines/Line.js';
import type { FolderEntry } from '../../state/Effect.js';
import type { Scene } from '../../state/Scene.js';
import { emptyLines, failureLines, listLines, spread } from '../parts.js';
import { partsOf, shownEntries, type PathField } from './PathField.js';
import type { Size } from '../../state/Input.js';

/** What is in the folder a path leads to, as many lines as there are rows. `isMarked`: chosen to be sent with others. */
export function pathLines(path: PathField, scene: Scene, room: Size, isMarked?: (entry: FolderEntry) => boolean): Line[] {
  const { language } = scene;
  const words = language.fileDialogs.paths;
  if (path.failure) return filled(failureLines(path.failure, scene, room.columns), room.rows);
  if (!path.entries) return filled([[span(language.fileDialogs.waiting, 'faint')]], room.rows);
  const shown = shownEntries(path);
  if (shown.length === 0) {
    return filled([[span(partsOf(path).start === '' ? words.empty : words.nothingLike, 'faint')]], room.rows);
  }
  return listLines(shown.length, path.index, room, (row, columns) => {
    const entry = shown[row];
    return entry ? entryLine(entry, scene, columns, isMarked?.(entry)) : [];
  });
}

function entryLine({ name, folder, bytes }: FolderEntry, { language }: Scene, columns: number, marked: boolean | undefined): Line {
  const size = folder ? [span(language.fileDialogs.paths.folder, 'faint')] : [span(language.bytes(bytes), 'faint')];
  const mark = marked === undefined ? [] : [span(marked ? '[x] ' : '[ ] ', marked ? 'accent' : 'faint')];
  const text = [...mark, span(folder ? `${name}/` : name, folder ? 'accent' : 'plain')];
  return spread(text, size, columns);
}

const filled = (lines: readonly Line[], rows: number): Line[] => [...lines.slice(0, rows), ...emptyLines(rows - lines.length)];
