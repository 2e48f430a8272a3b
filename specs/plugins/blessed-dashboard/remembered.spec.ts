import { expect, test } from '@jest/globals';
import { remembered } from '../../../plugins/blessed-dashboard/remembered.js';

test('makes anew only when the object or anything else it depends on is another', () => {
  const made: string[] = [];
  const say = remembered(({ name }: { readonly name: string }, times: number, sign: string) => {
    made.push(`${name} ${times} ${sign}`);
    return sign.repeat(times);
  });
  const [ann, bob] = [{ name: 'ann' }, { name: 'bob' }];
  expect([say(ann, 1, '!'), say(ann, 1, '!'), say(bob, 2, '!'), say(ann, 1, '!')]).toEqual(['!', '!', '!!', '!']);
  expect(made).toEqual(['ann 1 !', 'bob 2 !']);
  expect([say(ann, 3, '!'), say(ann, 3, '?'), say(ann, 1, '!'), say({ name: 'ann' }, 1, '!')]).toEqual(['!!!', '???', '!', '!']);
  expect(made.slice(2)).toEqual(['ann 3 !', 'ann 3 ?', 'ann 1 !', 'ann 1 !']);
});
