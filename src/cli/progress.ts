import type { Io } from './io.js';

export interface Progress {
  readonly update: (done: number, runs: number, failures: number) => void;
  readonly stop: () => void;
}

const secondsBetweenLines = 3;

/** A bar where a person watches stderr, else a plain line every few seconds. */
export async function progressOn(
  io: Pick<Io, 'err' | 'errIsTerminal'>,
  runs: number,
  now: () => number = () => performance.now(),
): Promise<Progress> {
  if (!io.errIsTerminal) return plainProgress(io, now);
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    {
      format: '  {bar} {value}/{total}  failures {failures}  {eta_formatted} left',
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(runs, 0, { failures: 0 });
  return { update: (done, _runs, failures) => bar.update(done, { failures }), stop: () => bar.stop() };
}

function plainProgress(io: Pick<Io, 'err'>, now: () => number): Progress {
  let last = now();
  return {
    update: (done, runs, failures) => {
      if (now() - last < secondsBetweenLines * 1000) return;
      last = now();
      io.err(`${done} of ${runs} runs, ${failures} failures\n`);
    },
    stop: () => undefined,
  };
}
