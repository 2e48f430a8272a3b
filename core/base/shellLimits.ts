/** Bounds of what every shell keeps and asks, as in limits.ts: ours to change. */

/** Facts that the journal keeps, and characters of a text of others in it. */
export const JOURNAL_MAX = 500;
export const JOURNAL_TEXT_CHARS_MAX = 500;
/** One page of a conversation. */
export const CONVERSATION_PAGE_MESSAGES = 100;
/** Messages of one conversation in the view, and characters of all of them: the oldest are dropped. */
export const CONVERSATION_MESSAGES_MAX = 2_000;
export const CONVERSATION_CHARS_MAX = 4_000_000;
/** Conversations in the view: the one that was opened longest ago is dropped. */
export const CONVERSATIONS_MAX = 8;
/** One part of the view is read again at most this often. */
export const VIEW_READ_MS_MIN = 100;
/** Rests after a read that failed: the first one, each twice as long as the one before, and the longest. */
export const VIEW_RETRY_MS_MIN = 500;
export const VIEW_RETRY_MS_MAX = 30_000;
/** Facts that are kept to be told again on top of an answer that may be older. */
export const VIEW_FACTS_KEPT_MAX = 1_000;
/** One transfer of a friend who is trusted, when nothing else is said. */
export const TRUST_BYTES_DEFAULT = 2 ** 30;
