import { bilingual } from './bilingual.js';

interface DateWords {
  readonly units: readonly string[];
  readonly decimalMark: string;
  readonly today: string;
  readonly yesterday: string;
  /** Sunday first, as Date counts them. */
  readonly weekdays: readonly string[];
  readonly months: readonly string[];
  readonly shortMonths: readonly string[];
  readonly dayOfMonth: (day: number) => string;
  readonly numericDate: (year: string, month: string, day: string) => string;
  readonly justNow: string;
  readonly ago: Readonly<Record<'minutes' | 'hours' | 'days', (count: number) => string>>;
}

/** How readers of a language write sizes and times. */
export const dateWords = bilingual<DateWords>(
  {
    units: ['B', 'KiB', 'MiB', 'GiB', 'TiB'],
    decimalMark: '.',
    today: 'today',
    yesterday: 'yesterday',
    weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    months: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
    shortMonths: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
    dayOfMonth: (day) => String(day),
    numericDate: (year, month, day) => `${year}-${month}-${day}`,
    justNow: 'just now',
    ago: {
      minutes: (count) => `${count} min ago`,
      hours: (count) => `${count} h ago`,
      days: (count) => (count === 1 ? '1 day ago' : `${count} days ago`),
    },
  },
  {
    units: ['o', 'Kio', 'Mio', 'Gio', 'Tio'],
    decimalMark: ',',
    today: 'aujourd’hui',
    yesterday: 'hier',
    weekdays: ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'],
    months: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
    shortMonths: ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'],
    dayOfMonth: (day) => (day === 1 ? '1er' : String(day)),
    numericDate: (year, month, day) => `${day}/${month}/${year}`,
    justNow: 'à l’instant',
    ago: {
      minutes: (count) => `il y a ${count} min`,
      hours: (count) => `il y a ${count} h`,
      days: (count) => (count === 1 ? 'il y a 1 jour' : `il y a ${count} jours`),
    },
  },
);
