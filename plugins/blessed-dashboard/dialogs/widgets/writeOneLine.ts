import { linesOf } from '../../../../core/index.js';
import { editField, insertText } from '../../state/editing.js';
import type { Input } from '../../state/Input.js';
import type { TextField } from '../../state/TextField.js';

/** A field of one line after an input: of what is pasted the first line, and of all no more than so many characters. Undefined: nothing for it. */
export function writeOneLine(field: TextField, input: Input, charsMax: number): TextField | undefined {
  const written = input.type === 'paste' ? insertText(field, firstLine(input.text)) : input.type === 'key' ? editField(field, input) : undefined;
  return written && written.text.length > Math.max(charsMax, field.text.length) ? field : written;
}

function firstLine(text: string): string {
  return (
    linesOf(text)
      .map((line) => line.trim())
      .find((line) => line !== '') ?? ''
  );
}
