import type { LanguageCode } from './words/bilingual.js';
import { dateWords } from './words/dates.js';

/** How readers of one language write sizes, times and durations. Times are those of the reader's own clock. */
export interface Formats {
  /** `8.0 MiB`; whole bytes below 1 KiB. */
  bytes(bytes: number): string;
  /** `8.0 MiB/s` */
  speed(bytesPerSecond: number): string;
  /** `850 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min` */
  duration(ms: number): string;
  /** Time to go, in whole seconds: `12 s`, `3 min 05 s` */
  remaining(ms: number): string;
  /** `14:03` */
  clock(ms: number): string;
  /** A heading: `Today`, `Yesterday`, `Monday 16 November`; with the year when it is another. */
  day(ms: number, nowMs: number): string;
  /** Within a line: `14:03` today, `yesterday 14:03`, `16 Nov 14:03`, `2027-03-01 14:03` in another year. */
  date(ms: number, nowMs: number): string;
  /** `just now`, `5 min ago`, `2 h ago`, `3 days ago`; `16 Nov` after a week. */
  ago(ms: number, nowMs: number): string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** For a time no calendar has. */
const UNKNOWN = '?';

export function formatsIn(code: LanguageCode): Formats {
  const words = dateWords[code];
  const decimal = (value: number): string => value.toFixed(1).replace('.', words.decimalMark);

  const bytes = (count: number): string => {
    let value = count;
    let unit = 0;
    while (value >= 1024 && unit < words.units.length - 1) {
      value /= 1024;
      unit++;
    }
    return `${unit === 0 ? Math.round(value) : value < 100 ? decimal(value) : value.toFixed(0)} ${words.units[unit] ?? ''}`;
  };

  const duration = (ms: number): string => {
    if (ms < 1_000) return `${Math.round(ms)} ms`;
    if (ms < MINUTE_MS) return `${decimal(ms / 1_000)} s`;
    const seconds = Math.round(ms / 1_000);
    if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
    return `${Math.floor(seconds / 3_600)} h ${two(Math.floor((seconds % 3_600) / 60))} min`;
  };

  const remaining = (ms: number): string => (ms < MINUTE_MS ? `${Math.ceil(ms / 1_000)} s` : duration(ms));

  const shortDay = (at: Date, now: Date): string => {
    if (at.getFullYear() !== now.getFullYear()) return words.numericDate(String(at.getFullYear()), two(at.getMonth() + 1), two(at.getDate()));
    return `${words.dayOfMonth(at.getDate())} ${words.shortMonths[at.getMonth()] ?? ''}`;
  };

  const day = (ms: number, nowMs: number): string => {
    const at = new Date(ms);
    const now = new Date(nowMs);
    if (!isTime(at)) return UNKNOWN;
    const near = daysBefore(at, now);
    if (near === 0 || near === 1) return capital(near === 0 ? words.today : words.yesterday);
    const year = at.getFullYear() === now.getFullYear() ? '' : ` ${at.getFullYear()}`;
    return capital(`${words.weekdays[at.getDay()] ?? ''} ${words.dayOfMonth(at.getDate())} ${words.months[at.getMonth()] ?? ''}${year}`);
  };

  const date = (ms: number, nowMs: number): string => {
    const at = new Date(ms);
    const now = new Date(nowMs);
    if (!isTime(at)) return UNKNOWN;
    const near = daysBefore(at, now);
    return near === 0 ? clock(at) : `${near === 1 ? words.yesterday : shortDay(at, now)} ${clock(at)}`;
  };

  const ago = (ms: number, nowMs: number): string => {
    const at = new Date(ms);
    if (!isTime(at)) return UNKNOWN;
    const passed = nowMs - ms;
    if (passed < MINUTE_MS) return words.justNow;
    if (passed < HOUR_MS) return words.ago.minutes(Math.floor(passed / MINUTE_MS));
    if (passed < DAY_MS) return words.ago.hours(Math.floor(passed / HOUR_MS));
    return passed < WEEK_MS ? words.ago.days(Math.floor(passed / DAY_MS)) : shortDay(at, new Date(nowMs));
  };

  const clockAt = (ms: number): string => {
    const at = new Date(ms);
    return isTime(at) ? clock(at) : UNKNOWN;
  };

  return { bytes, speed: (perSecond) => `${bytes(perSecond)}/s`, duration, remaining, clock: clockAt, day, date, ago };
}

const two = (value: number): string => String(value).padStart(2, '0');
const isTime = (at: Date): boolean => !Number.isNaN(at.getTime());
const clock = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Whole days of the calendar; those around a change of the clocks are as long as any other. */
const daysBefore = (at: Date, now: Date): number => (midnight(now) - midnight(at)) / DAY_MS;
const midnight = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
