import { afterAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describeOnTerminal } from './onTerminal.js';
import { TmuxScreen } from './TmuxScreen.js';

const open: TmuxScreen[] = [];
afterAll(() => Promise.all(open.map((screen) => screen[Symbol.asyncDispose]())));

async function begin(script: string, env: Readonly<Record<string, string | undefined>> = {}): Promise<TmuxScreen> {
  const screen = await TmuxScreen.open({ command: ['sh', '-c', script], folder: tmpdir(), columns: 40, rows: 10, env });
  open.push(screen);
  return screen;
}

describeOnTerminal('a program on a terminal', () => {
  test('is typed to, read, resized and ended', async () => {
    const screen = await begin(
      String.raw`printf 'h\303\251llo %s ' "$WHO"; read -r line; printf '\033[1mgot %s\033[m\n' "$line"; stty size; read -r _; stty size; exit 3`,
      {
        WHO: 'it’s you',
      },
    );
    await screen.waitFor('héllo it’s you');
    await screen.type('-l é');
    await screen.keys('Enter');
    expect(await screen.waitFor(/^10 40$/m)).toContain('got -l é');
    expect(await screen.captureStyled()).toContain('\u001b[1mgot -l é');
    await screen.resize({ columns: 60, rows: 12 });
    await screen.keys('Enter');
    expect(await screen.waitFor('12 60')).toContain('got');
    expect((await screen.ended()).status).toBe(3);
    expect((await screen.raw()).toString('utf8')).toContain('\u001b[1mgot -l é\u001b[m\r\n');
    const [before, after] = await screen.settings();
    expect(after).toBe(before);
    await screen.typedAfterwards('and on');
  });

  test('is not found to show what it does not show', async () => {
    const screen = await begin('echo here; read -r _');
    await screen.waitFor('here');
    await expect(screen.waitFor('there', 100)).rejects.toThrow(/there.*the screen:.*\| here/s);
  });

  test('is gone with its terminal', async () => {
    const screen = await begin("trap '' HUP TERM; echo here; while :; do read -r _ || sleep 1; done");
    await screen.waitFor('here');
    const pid = await screen.pid();
    await screen[Symbol.asyncDispose]();
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone');
    expect(state).toMatch(/^gone$|\) Z /);
  });

  test('marks pastes and clicks where that is asked for', async () => {
    const screen = await begin(
      String.raw`stty -echo -icanon; printf '\033[?2004h\033[?1000h\033[?1006hready\n'; head -c 12 | od -An -c; head -c 18 | od -An -c`,
    );
    await screen.waitFor('ready');
    expect([await screen.flag('mouse_any_flag'), await screen.flag('alternate_on'), await screen.flag('cursor_flag')]).toEqual(['1', '0', '1']);
    await screen.paste('');
    await screen.paste('x');
    await screen.waitFor(/033\s+\[\s+2\s+0\s+0\s+~/);
  });
});
