import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TransferView } from '../../../../core/events/commands.js';
import { complete } from '../../../../plugins/blessed-dashboard/console/complete.js';
import { SAMPLE_VIEW, friend, transfer } from '../../../support/dashboardScene.js';

const withId = (start: string, given: Partial<TransferView>): TransferView => ({ ...transfer(1, 'a.txt', given), id: start.padEnd(32, '0') as never });

const KNOWN = {
  people: [friend('board'), friend('Boris'), friend('Élodie'), friend('salle 3'), friend('neu', { state: 'incoming' })],
  transfers: [
    withId('aaaa1111', { state: 'offered', direction: 'in' }),
    withId('bbbb2222', { state: 'active' }),
    withId('cccc3333', { state: 'paused', pausedBy: 'me' }),
    withId('dddd4444', { state: 'done' }),
    withId('eeee5555', { state: 'offered', direction: 'out' }),
  ],
  shares: SAMPLE_VIEW.shares,
};

describe('Tab', () => {
  test.each([
    ['mes', 'message '],
    ['fri', 'friends '],
    ['message Él', 'message Élodie '],
    ['message él', 'message Élodie '],
    ['message sa', 'message "salle 3" '],
    ['message "sal', 'message "salle 3" '],
    ['@boa', '@board '],
    ['friends ac', 'friends accept '],
    ['friends accept ', 'friends accept neu '],
    ['transfers accept ', 'transfers accept aaaa1111 '],
    ['transfers pause ', 'transfers pause bbbb2222 '],
    ['transfers resume ', 'transfers resume cccc3333 '],
    ['transfers show dd', 'transfers show dddd4444 '],
    ['status b', 'status busy '],
    ['verify board --', 'verify board --confirm '],
    ['help tra', 'help transfers '],
    ['help friends tr', 'help friends trust '],
  ])('makes of %j: %j', (line, completed) => {
    expect(complete(line, KNOWN)).toEqual({ line: completed, choices: [] });
  });

  test.each([
    ['message bo', 'message bo', ['Boris', 'board']],
    ['message B', 'message Bo', ['Boris', 'board']],
    ['transfers ca', 'transfers cancel ', []],
    ['transfers cancel ', 'transfers cancel ', ['aaaa1111', 'bbbb2222', 'cccc3333', 'eeee5555']],
    ['transfers re', 'transfers resume ', []],
    ['f', 'f', ['fetch', 'friends']],
    ['message board h', 'message board h', []],
    ['nonsense x', 'nonsense x', []],
    ['send board fi', 'send board fi', []],
  ])('offers for %j what there is', (line, completed, choices) => {
    expect(complete(line, KNOWN)).toEqual({ line: completed, choices });
  });

  test('offers everything where nothing is written', () => {
    expect(complete('', KNOWN).choices).toEqual(expect.arrayContaining(['message', 'send', 'quit']));
  });

  test('never takes away what is written, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (line) => {
        const { line: completed, choices } = complete(line, KNOWN);
        if (choices.length === 0 && completed !== line) expect(completed.length).toBeGreaterThan(0);
        else expect(completed.length).toBeGreaterThanOrEqual(line.length);
      }),
    );
  });
});
