import { Observable, Subject, Subscription } from 'rxjs';
import type { Observer, Subscriber, UnaryFunction } from 'rxjs';
import { SansfilError } from '../base/errors.js';
import { isThenable } from '../base/isThenable.js';
import { isolate } from './isolate.js';

type Report = (error: SansfilError) => void;
type Listener<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/** A link in a chain of operators: takes care of its own errors and passes them on. Judged by shape: rxjs may be loaded twice. */
function isSubscriber<T>(listener: Listener<T> | undefined): listener is Subscriber<T> {
  return typeof listener === 'object' && listener !== null && 'unsubscribe' in listener && 'add' in listener;
}

/**
 * An observable whose subscribers cannot hurt anybody: the first thing one of them throws ends its own subscription and
 * is reported. rxjs would serve the others too, but then rethrow into the process. What `pipe` makes of it is isolated in
 * the same way.
 */
class IsolatedObservable<T> extends Observable<T> {
  readonly #report: Report;

  constructor(report: Report, subscribe?: (subscriber: Subscriber<T>) => Subscription) {
    super(subscribe);
    this.#report = report;
  }

  override pipe<R = T>(...operators: readonly UnaryFunction<never, unknown>[]): Observable<R> {
    // The one overload that takes a list of any length returns `unknown`.
    const piped = super.pipe(...(operators as [])) as Observable<unknown> as Observable<R>;
    return new IsolatedObservable<R>(this.#report, (subscriber) => piped.subscribe(subscriber));
  }

  override subscribe(listener?: Listener<T>, onError?: ((error: unknown) => void) | null, onComplete?: (() => void) | null): Subscription {
    if (isSubscriber(listener)) return super.subscribe(listener);
    const observer: Partial<Observer<T>> = typeof listener === 'function' ? { next: listener } : (listener ?? {});
    const subscription = new Subscription();
    const fail: Report = (error) => {
      subscription.unsubscribe();
      this.#report(error);
    };
    const error = onError ?? observer.error?.bind(observer);
    const complete = onComplete ?? observer.complete?.bind(observer);
    subscription.add(
      super.subscribe({
        next: isolate((value: T) => {
          if (subscription.closed) return;
          const pending: unknown = observer.next?.(value);
          if (isThenable(pending)) void pending.then(undefined, (reason: unknown) => fail(SansfilError.from(reason, 'PLUGIN_FAILED')));
        }, fail),
        error: isolate((reason: unknown) => {
          if (error) error(reason);
          else throw reason;
        }, fail),
        complete: isolate(() => complete?.(), fail),
      }),
    );
    return subscription;
  }
}

/** A stream as one guest sees it; `close` ends every subscription the guest still has. */
export interface GuestStream<T> {
  readonly stream$: Observable<T>;
  /** Subscriptions that have not ended. */
  readonly listeners: number;
  close(): void;
}

/** `report` hears what the guest's subscribers throw, or what their promises reject with. */
export function isolatedStream<T>(source: Observable<T>, report: Report): GuestStream<T> {
  const own = new Subject<T>();
  let listeners = 0;
  const upstream = source.subscribe(own);
  return {
    stream$: new IsolatedObservable<T>(report, (subscriber) => {
      listeners++;
      subscriber.add(() => listeners--);
      return own.subscribe(subscriber);
    }),
    get listeners() {
      return listeners;
    },
    close: () => {
      upstream.unsubscribe();
      own.complete();
    },
  };
}
