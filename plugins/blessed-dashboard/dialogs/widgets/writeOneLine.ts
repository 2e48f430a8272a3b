import { editField, insertText } from '../../state/editing.js';
import type { Input } from '../../state/Input.js';
import type { TextField } from '../../state/TextField.js';

/** A field of one line after an input: of what is pasted the first line, and of all no more than so many characters. Undefined: nothing for it. */
export function writeOneLine(field: TextField, input: Input, charsMax: number): TextField | undefined {
  if (input.type === 'paste') return insertText(field, firstLine(input.text, Math.max(0, charsMax - field.text.length)));
  const written = input.type === 'key' ? editField(field, input) : undefined;
  return written && written.text.length > Math.max(charsMax, field.text.length) ? field : written;
}

/** Of its first line at most so many characters, without half of one at its end. */
export function firstLine(text: string, charsMax: number): string {
  const start = text.trimStart().slice(0, charsMax);
  return (start.split(/[\r\n]/, 1)[0] ?? '').trimEnd().replace(/[\ud800-\udbff]$/, '');
}
