/** Of a path that is written or pasted, in UTF-16 units; what a command takes. */
export const PATH_CHARS_MAX = 4_096;
/** Rows a page key moves by in the list of a dialog. */
export const DIALOG_PAGE_ROWS = 10;
/** The rows and columns a dialog grows to where the screen has more. */
export const DIALOG_ROWS_MAX = 24;
export const DIALOG_COLUMNS_MAX = 96;
/** Files of one share that are listed; one that has more is fetched as a whole. */
export const BROWSED_FILES_MAX = 20_000;
/** Found messages of each friend. */
export const FOUND_PER_FRIEND_MAX = 100;
/** Of what a list is filtered by, in UTF-16 units. */
export const FILTER_CHARS_MAX = 256;
/** Paths sent in one offer, as `file.send` takes them. */
export const SENT_PATHS_MAX = 1_000;
/** Up to how many bytes of one transfer a friend can be let send without asking: 100 MiB, 1 GiB, 10 GiB. */
export const TRUST_CHOICES_BYTES: readonly number[] = [100 * 1024 ** 2, 1024 ** 3, 10 * 1024 ** 3];
/** One command, in UTF-16 units: a message of the longest text fits. */
export const CONSOLE_LINE_CHARS_MAX = 70_000;
/** Of a dialog that is read rather than listed. */
export const PROSE_COLUMNS_MAX = 66;
/** Of an account name that is written or pasted, in UTF-16 units; a name is at most 64 bytes. */
export const NAME_CHARS_MAX = 128;
/** Addresses of this device that are listed. */
export const ADDRESSES_SHOWN = 4;
/** Light modules around a QR code, on each side, as its standard asks for. */
export const QR_QUIET_MODULES = 4;
/** Sides of a QR code, in modules, that are drawn at all: of a safety number it is 25 or 29. */
export const QR_MODULES_MAX = 45;
/** Of one draft, in UTF-16 units; a message takes less. */
export const DRAFT_CHARS_MAX = 200_000;
/** Entries of a folder that are offered for completion. */
export const FOLDER_ENTRIES_MAX = 10_000;
/** What is written is kept on disk after so long, at the latest. */
export const DRAFT_SAVE_MS = 200;
/** How often what counts down is shown anew. */
export const COUNTING_MS = 1_000;
/** Steps that follow from each other by themselves; more would be going round in circles. */
export const SETTLE_STEPS_MAX = 10;
/** Of the commands that were run in a dialog, and of what they said, in lines. */
export const COMMAND_OUTPUT_LINES_MAX = 2_000;
/** Good news is shown for so long. */
export const NOTICE_MS = 5_000;
/** The bell rings at most this often. */
export const BELL_MS_MIN = 5_000;
/** What the device has not answered so long after the end is a draft. */
export const LAST_ANSWERS_MS = 1_000;
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
/** Of one paste, in UTF-16 units; of a longer one nothing is taken. */
export const PASTE_CHARS_MAX = 200_000;
/** Of one sequence of the terminal, in UTF-16 units; a longer one is thrown away. */
export const SEQUENCE_CHARS_MAX = 16_384;
/** What is sent to the terminal of one character, in UTF-16 units: marks beyond are left out. */
export const CELL_CHARS_MAX = 32;
/** After giving the terminal back with Ctrl-Z nothing stopped us for so long: nobody is there to wake us. */
export const SUSPEND_MS = 200;
