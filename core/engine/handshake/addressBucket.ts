/**
 * The unit in which a network address is counted for flood limits: an IPv4 address, or the /64 of an IPv6 one, which is
 * what a single subscriber holds. A v4-mapped address (RFC 4291 §2.5.5.2) is the IPv4 one. Anything else counts as it is.
 */
export function addressBucket(address: string): string {
  const bare = address
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .toLowerCase();
  if (!bare.includes(':')) return bare;
  const groups = groupsOf(bare);
  if (!groups) return bare;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return `${high >>> 8}.${high & 0xff}.${low >>> 8}.${low & 0xff}`;
  }
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** The eight groups of an IPv6 address; undefined when it is none. */
function groupsOf(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(numbersOf)));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  return groups.every((group) => Number.isInteger(group) && group >= 0 && group <= 0xffff) ? groups : undefined;
}

/** One group, or the two of a dotted tail; NaN for what is neither. */
function numbersOf(part: string): number[] {
  if (/^[0-9a-f]{1,4}$/.test(part)) return [Number.parseInt(part, 16)];
  const bytes = part.split('.').map(Number);
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(part) || bytes.some((byte) => byte > 255)) return [Number.NaN];
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return [a * 256 + b, c * 256 + d];
}
