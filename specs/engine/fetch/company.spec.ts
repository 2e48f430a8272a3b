import { describe, expect, test } from '@jest/globals';
import { FETCH_COMPANY_MAX } from '../../../core/base/limits.js';
import type { PeerId } from '../../../core/base/ids.js';
import { Company } from '../../../core/engine/fetch/Company.js';

const friends = (count: number): PeerId[] => Array.from({ length: count }, (_, i) => `friend ${i}` as PeerId);

function party(present: PeerId[], uniform = 0) {
  const wanted = new Set<PeerId>();
  const sessions = { want: (peer: PeerId) => void wanted.add(peer), unwant: (peer: PeerId) => void wanted.delete(peer) };
  const there = { present };
  return { wanted, there, company: new Company({ sessions, random: { uniform: () => uniform }, present: () => there.present }) };
}

describe('while something is fetched', () => {
  test('friends who are there are called, and nobody before or after', () => {
    const [a, b] = friends(2) as [PeerId, PeerId];
    const { company, wanted } = party([a, b]);
    company.look(false);
    expect([...wanted]).toEqual([]);
    company.look(true);
    expect([...wanted]).toEqual([a, b]);
    company.look(false);
    expect([...wanted]).toEqual([]);
  });

  test('who comes is called, and who has gone is not called any more', () => {
    const [a, b, c] = friends(3) as [PeerId, PeerId, PeerId];
    const { company, wanted, there } = party([a, b]);
    company.look(true);
    there.present = [b, c];
    company.look(true);
    expect([...wanted]).toEqual([b, c]);
  });

  test('of many so many are called, anywhere among them, and stay the same while they are there', () => {
    const all = friends(FETCH_COMPANY_MAX + 10);
    const { company, wanted, there } = party(all, 0.9);
    company.look(true);
    const called = [...wanted];
    expect(called).toHaveLength(FETCH_COMPANY_MAX);
    expect(called[0]).toBe(all[Math.floor(0.9 * all.length)]);
    company.look(true);
    expect([...wanted]).toEqual(called);
    there.present = all.filter((peer) => peer !== called[0]);
    company.look(true);
    expect([...wanted].slice(0, -1)).toEqual(called.slice(1));
    expect(wanted.size).toBe(FETCH_COMPANY_MAX);
  });
});
