/** Every sentence of the simulator, in one place. */
export const words = {
  program: 'Runs the engine in simulated worlds, one for each seed, and checks that what must hold holds.',
  options: {
    seed: 'the first seed, 0…4294967295; without it one is drawn',
    runs: 'so many runs, with this seed and those after it',
    story:
      'what people do: day, messages, files and friendships; or holders, four friends who share folders and fetch them from each other, one of whom may lie',
    faults: (names: readonly string[]) => `what may go wrong: all, none, or some of ${names.join(', ')}`,
    devices: 'so many devices in every run of a day; without it the seed decides',
    crypto: 'toy, or real: RSA, X25519, AES and ChaCha20, much slower',
    workers: 'so many threads; without it one for each core',
    show: 'of one seed: the whole run as a sequence diagram',
    ascii: 'draw with plain ASCII; without it as the locale says',
    failFast: 'stop at the first failure',
    json: 'JSON lines: one for each failure, one at the end; with --show one for each entry of the trace as well',
  },
  examples: [
    'Examples:',
    '  npm run simulate -- --seed 42 --runs 10000 --faults all',
    '  npm run simulate -- --seed 4711 --faults all --show',
    '  npm run simulate -- --seed 1 --runs 300 --story holders',
    '',
    'Exit codes: 0 no run failed, 1 some did, 2 usage.',
  ].join('\n'),
  seeHelp: (problem: string) => `${problem}; see npm run simulate -- --help`,
  notCount: 'not a whole number above zero',
  notSeed: 'not a whole number from 0 to 4294967295',
  notFaults: (name: string, names: readonly string[]) => `there is no fault '${name}'; there are all, none, ${names.join(', ')}`,
  seedsEnd: (runs: number) => `there are not ${runs} seeds from there on`,
  showIsOfOne: '--show is of one seed, and --runs asks for more',
  devicesAreFour: '--devices is of the story day: holders are always four',
  surplus: (what: string) => `'${what}' is not understood`,
  // before the runs
  title: (runs: number, seed: number) => `sansfil simulator: ${runs === 1 ? 'one run' : `${runs} runs`} from seed ${seed}`,
  drawn: 'drawn by the seed',
  none: 'none',
  // while they run
  progress: (done: number, of: number, perSecond: string, failed: number, left: string) =>
    `${done} of ${of} runs, ${perSecond} a second, ${failed} failed, ${left}`,
  left: (duration: string) => `${duration} left`,
  leftUnknown: 'time left unknown',
  slow: (seed: number, duration: string, replay: string) => `seed ${seed} has been under way for ${duration}: ${replay}`,
  interrupted: 'interrupted; so far:',
  // a failure
  failed: (seed: number) => `seed ${seed} FAILED`,
  lost: (first: number, last: number, seed: number | undefined, reason: string) =>
    `a worker died, and with it seeds ${first}…${last}${seed === undefined ? '' : `, at seed ${seed}`}: ${reason}`,
  replay: (command: string) => `replay: ${command}`,
  // at the end
  summary: (runs: number, asked: number, failed: number, duration: string, perSecond: string) =>
    `${runs === asked ? runs : `${runs} of ${asked}`} run${asked === 1 ? '' : 's'}, ${failed} failed, in ${duration}: ${perSecond} a second`,
  virtual: (time: string) => `${time} of virtual time`,
  seeds: (seeds: readonly number[], more: number) => `seed${seeds.length + more === 1 ? '' : 's'} ${seeds.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
} as const;
