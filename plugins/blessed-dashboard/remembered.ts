/**
 * The same function, which makes nothing anew of the same object as long as the rest is the same too: what is drawn ten times a
 * second seldom changes. Of each object only what was made last is kept, and no longer than the object.
 */
export function remembered<K extends object, A extends readonly unknown[], T>(make: (key: K, ...rest: A) => T): (key: K, ...rest: A) => T {
  const made = new WeakMap<K, { readonly rest: A; readonly value: T }>();
  return (key, ...rest) => {
    const before = made.get(key);
    if (before?.rest.every((one, index) => one === rest[index]) === true) return before.value;
    const value = make(key, ...rest);
    made.set(key, { rest, value });
    return value;
  };
}
