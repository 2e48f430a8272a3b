interface SpecFile {
  readonly path: string;
}

export const LONGEST: readonly string[];

export function longestFirst<T extends SpecFile>(tests: readonly T[]): readonly T[];

export default function sequencer(): { readonly sort: typeof longestFirst; cacheResults(): void };
