/**
 * What a text and what is looked for in it are compared by: compatibility forms and case folded, accents kept.
 * Upper case comes first because only it joins ß with ss; the two small sigmas, which depend on where they stand, are made one.
 */
export function searchKey(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}
