/** Emoji shown as pictures by themselves, and the scripts whose characters fill a square. */
const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const NO_WIDTH = /[\p{M}\u200c\u200d\ufe0e]/u;
/** Makes a picture of the character before it. */
const AS_PICTURE = '\ufe0f';

/** Columns a terminal takes for a text without control characters. */
export function textWidth(text: string): number {
  let columns = 0;
  let before = 0;
  for (const character of text) {
    if (character === AS_PICTURE) columns += before === 1 ? 1 : 0;
    else if (!NO_WIDTH.test(character)) columns += before = WIDE.test(character) ? 2 : 1;
  }
  return columns;
}
