import { planted, type PlantedBug } from './plantedBugs.js';

/** Those that only show where several friends have the same. */
export const HOLDER_BUGS: readonly PlantedBug[] = [
  planted(
    68,
    'hashes of chunks are not checked against the root of the content',
    'core/engine/fetch/HashLists.ts',
    ["if (!this.#isRight(item, asking.hashes)) return this.#refuse(item, holder, 'hashes of another content');", ''],
    /lied, who did not/,
  ),
  planted(
    19,
    'a chunk that its holder does not bring is not asked of another',
    'core/engine/fetch/ChunkPlan.ts',
    ['if (hasBit(this.#missing, chunk) && hasBit(this.#open, chunk)) this.#release(chunk);\n  }\n\n  #release', '}\n\n  #release'],
    /minutes after/,
  ),
  {
    seed: 19,
    name: 'who fetches it as well tells of chunks that are not on its disk, and sends what is there',
    patches: [
      { file: 'core/engine/fetch/fetchingContent.ts', find: '.filter((index) => ledger.has(item, index))', replace: '' },
      { file: 'core/engine/fetch/Serving.ts', find: 'if (trouble === undefined && this.#isRight(served, index, hash)) return true;', replace: 'return true;' },
    ],
    finding: /lied, who did not/,
  },
  planted(
    101,
    'what is read from a file that changed without a trace is served',
    'core/engine/fetch/Serving.ts',
    ['trouble === undefined && this.#isRight(served, index, hash)', 'trouble === undefined'],
    /lied, who did not/,
  ),
  planted(
    97,
    'who sent damaged chunks is never dropped',
    'core/engine/fetch/Gathering.ts',
    ["if (times > CHUNK_CORRUPT_MAX) this.#drop(holder, 'damaged chunks', 'CHUNK_CORRUPT');\n    else holder.lane", 'holder.lane'],
    /takes damaged chunks from \w+ again and again/,
  ),
  planted(
    8,
    'the buffer of a chunk that broke off is kept',
    'core/engine/fetch/Intake.ts',
    ['whole, (bytes) => pool.give(bytes));', 'whole, () => undefined);'],
    /has nothing under way and keeps \d+ bytes of buffers/,
  ),
];
