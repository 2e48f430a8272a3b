const SIZES: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 };

/** `2GB`, `1.5 MiB`, `1,5 Gio`, `300`: as bytes; undefined when it is no size above zero. */
export function parseBytes(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,15}(?:[.,]\d{1,3})?) ?([a-z]{0,3})$/i.exec(text) ?? [];
  const english = unit.toLowerCase().replace(/o$/, 'b') || 'b';
  const bytes = Math.floor(Number(number.replace(',', '.')) * (SIZES[english] ?? NaN));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
