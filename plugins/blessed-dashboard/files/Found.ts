/** What was found, and what of it could not be used. */
export interface Found<T> {
  readonly value: T;
  readonly problem?: string;
}
