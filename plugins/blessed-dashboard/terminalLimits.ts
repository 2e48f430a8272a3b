/** Paints follow each other so long apart, and after a rest two may follow at once: never more than ten in a second. */
export const PAINT_MS = 125;
/** Paints of what happens by itself follow each other at least so long apart. */
export const CALM_MS_MIN = 200;
/** An Esc that nothing follows for so long is the key itself and not the beginning of a sequence. */
export const ESC_MS = 50;
/** The rest of a sequence that was cut is waited for so long; what is left then is thrown away. */
export const SEQUENCE_MS_MAX = 500;
/** The rest of a paste is waited for so long; then what came is the paste. */
export const PASTE_MS_MAX = 2_000;
/** Of one paste, in UTF-16 units; the rest is thrown away. */
export const PASTE_CHARS_MAX = 64_000;
/** Of one sequence of the terminal, in UTF-16 units; a longer one is thrown away. */
export const SEQUENCE_CHARS_MAX = 16_384;
/** What is sent to the terminal of one character, in UTF-16 units: marks beyond are left out. */
export const CELL_CHARS_MAX = 32;
/** After giving the terminal back with Ctrl-Z nothing stopped us for so long: nobody is there to wake us. */
export const SUSPEND_MS = 200;
