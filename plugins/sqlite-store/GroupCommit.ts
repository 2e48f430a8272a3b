import { SansfilError, type Logger } from '../../core/index.js';
import type { Connection } from './Connection.js';
import { storeError } from './storeError.js';

/** What happens inside one transaction. It may be run again from the start when its transaction was lost. */
export type Operation<T> = (connection: Connection) => Promise<T>;

/** One call that waits for its commit, with the type of its answer hidden. */
interface Job {
  /** It needs no transaction of its own. */
  readonly onlyReads: boolean;
  /** Runs the operation; what comes back tells the caller its answer, after the commit. */
  attempt(connection: Connection): Promise<() => void>;
  reject(error: SansfilError): void;
}

/** More only make the first of them wait longer: the cost of the sync is shared enough. */
const JOBS_PER_COMMIT_MAX = 256;

/**
 * The one writer of a database. Calls that come while a transaction is being written share the next one, and with it
 * one sync of the disk: on a slow card this is the difference between tens and thousands of messages a second
 * (measured: 5 000 a second alone, 35 000 in groups of a hundred, on a fast disk). Reads wait for their turn too, because
 * a read between would see what is not committed yet. Each statement is a turn of the loop and of a thread, which is most
 * of its time on a busy device: so there are no more of them around a job than it needs.
 */
export class GroupCommit {
  readonly #queue: Job[] = [];
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly logger: Logger,
  ) {}

  /** Resolves with what the operation returned when that is on the disk. Operations take effect in the order of the calls. */
  submit<T>(operation: Operation<T>): Promise<T> {
    return this.#submit(operation, false);
  }

  /** As `submit`, for what only reads. */
  read<T>(operation: Operation<T>): Promise<T> {
    return this.#submit(operation, true);
  }

  #submit<T>(operation: Operation<T>, onlyReads: boolean): Promise<T> {
    if (this.#closing) return Promise.reject(new SansfilError('STOPPED', 'the database is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        onlyReads,
        attempt: async (connection) => {
          const value = await operation(connection);
          return () => resolve(value);
        },
        reject,
      });
      this.#running ??= this.#run();
    });
  }

  /** Writes what was submitted, then moves the log into the database and closes it. */
  close(): Promise<void> {
    this.#closing ??= (this.#running ?? Promise.resolve()).then(async () => {
      await this.connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      await this.connection.close();
    });
    return this.#closing;
  }

  async #run(): Promise<void> {
    // What is called in the same tick belongs together.
    await Promise.resolve();
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) await (job.onlyReads ? this.#read(job) : this.#commit(job));
    this.#running = undefined;
  }

  /** Nobody else writes, so that it sees one state of the database also with several statements. */
  async #read(job: Job): Promise<void> {
    try {
      const answer = await job.attempt(this.connection);
      answer();
    } catch (error) {
      job.reject(storeError(error));
    }
  }

  /** One transaction with this job and, as long as there are any, those behind it. */
  async #commit(first: Job): Promise<void> {
    const jobs: Job[] = [];
    const answers: (() => void)[] = [];
    try {
      await this.connection.exec('BEGIN IMMEDIATE; SAVEPOINT job');
      for (let job: Job | undefined = first; job; job = jobs.length < JOBS_PER_COMMIT_MAX ? this.#queue.shift() : undefined) {
        jobs.push(job);
        if (jobs.length > 1) await this.connection.exec('RELEASE job; SAVEPOINT job');
        answers.push(await this.#attempt(job));
      }
      await this.connection.exec('COMMIT');
    } catch (error) {
      await this.#rollBack();
      if (jobs.length <= 1) return first.reject(storeError(error));
      // A full disk takes the whole transaction with it. One job is to blame, the others must not pay for it.
      for (const job of jobs) await this.#commitAlone(job);
      return;
    }
    for (const answer of answers) answer();
  }

  /** A job that fails undoes itself only. Throws when the transaction around it is gone too. */
  async #attempt(job: Job): Promise<() => void> {
    try {
      return await job.attempt(this.connection);
    } catch (error) {
      if (!(await this.#undo())) throw error;
      return () => job.reject(storeError(error));
    }
  }

  /** False: SQLite gave up the whole transaction, so there is nothing to go back to. */
  async #undo(): Promise<boolean> {
    try {
      await this.connection.exec('ROLLBACK TO job');
      return true;
    } catch (error) {
      this.logger.log('debug', 'store.transaction-lost', { code: storeError(error).code });
      return false;
    }
  }

  async #commitAlone(job: Job): Promise<void> {
    try {
      await this.connection.exec('BEGIN IMMEDIATE');
      const answer = await job.attempt(this.connection);
      await this.connection.exec('COMMIT');
      answer();
    } catch (error) {
      await this.#rollBack();
      job.reject(storeError(error));
    }
  }

  async #rollBack(): Promise<void> {
    try {
      await this.connection.rollBack();
    } catch (error) {
      // Every later transaction would fail to begin: its callers are told, and this says why.
      this.logger.log('error', 'store.rollback-failed', { code: storeError(error).code });
    }
  }
}
