/**
 * A computation in pieces, which may be left for good at every `yield`, and where whoever runs it may let others run
 * in between. Each yield is the number of multiplications since the one before, about; a kernel keeps it below some
 * `piece`s as long as single rows are not longer than that.
 */
export type Work<T> = Generator<number, T, undefined>;

/** What a kernel gathers before it yields: a few milliseconds. */
export const piece = 2 ** 22;

/** All of it at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
