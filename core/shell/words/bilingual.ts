export type LanguageCode = 'en' | 'fr';

/** A part of the catalogue in every language there is, checked to be the same in each. */
export type Bilingual<T> = Readonly<Record<LanguageCode, T>>;

/** English says which sentences there are; French says each of them. */
export const bilingual = <T>(en: T, fr: NoInfer<T>): Bilingual<T> => ({ en, fr });
