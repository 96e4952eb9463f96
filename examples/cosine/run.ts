import { Command, InvalidArgumentError } from 'commander';
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jaxModule, loadArchitecture, lowerArchitecture, tensorflowModule, torchModule } from '../../src/index.js';
import { pythonEnvironment } from '../../scripts/python-environment.mjs';
import { provenBound } from './judge.js';
import type { Command as Trainer } from './pool.js';
import { runJobs } from './pool.js';
import { writeReport } from './report.js';
import { curvePoints, depths, entrants, frameworks, headline, rateAt, seeds, slopePoints, task } from './settings.js';
import type { Framework, Outcome, Trained } from './settings.js';

/**
 * The experiment (`npm run example:cosine`): the strategies' networks, generated for TensorFlow.js, PyTorch or JAX,
 * trained on the same task; tables and figures beside this file.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const generated = join(here, 'generated');
const resultsFile = join(here, 'results.json');

interface Options {
  readonly framework: Framework;
  readonly full?: true;
  readonly depths: readonly number[];
  readonly seeds: readonly number[];
  readonly only?: string;
  readonly processes: number;
  readonly report?: true;
}

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 1000)
    throw new InvalidArgumentError('a whole number up to 1000 expected.');
  return value;
};
const list = (text: string): readonly number[] => text.split(',').map(whole);
const framework = (text: string): Framework => {
  const known = frameworks.find((name) => name === text);
  if (known === undefined) throw new InvalidArgumentError(`${frameworks.join(', ')} expected.`);
  return known;
};

const options = new Command('example:cosine')
  .description(
    `Fit cos on [−2π, 2π] with 1-Lipschitz networks of depth ${depths[0]} … ` +
      `${depths[depths.length - 1] ?? ''} and write RESULTS.md and figures. In tfjs by default ` +
      `${headline} is trained with all seeds, all else with seed ${seeds[0]}; jax and torch train ` +
      'all seeds at once.',
  )
  .option('--framework <name>', frameworks.join(', '), framework, 'tfjs')
  .option('--full', 'all strategies with all seeds in tfjs too (hours)')
  .option('--depths <list>', 'depths', list, [...depths])
  .option('--seeds <list>', 'seeds', list, [...seeds])
  .option('--only <text>', 'only strategies whose name contains this')
  .option('--processes <n>', 'trainings at a time', whole, Math.max(1, Math.min(4, availableParallelism())))
  .option('--report', 'write the tables and figures of earlier trainings and train nothing')
  .parse()
  .opts<Options>();

const note = (text: string): void => void process.stderr.write(`${text}\n`);

interface Job {
  readonly entrant: string;
  readonly depth: number;
  readonly module: string;
  readonly seed: number;
  readonly seeds: readonly number[];
}

/** JAX and PyTorch train all seeds of a job at once. */
function jobsFor({ framework: wanted, full, depths: wantedDepths, seeds: wantedSeeds, only }: Options): readonly Job[] {
  const architecture = loadArchitecture(task.architecture);
  const print = { tfjs: tensorflowModule, torch: torchModule, jax: jaxModule }[wanted];
  mkdirSync(generated, { recursive: true });
  return entrants
    .filter(({ name }) => only === undefined || name.includes(only))
    .flatMap(({ name, strategy }) =>
      wantedDepths.flatMap((depth) => {
        const module = join(
          generated,
          `${name.replaceAll(' ', '-')}-${depth}.${wanted === 'tfjs' ? 'mjs' : `${wanted}.py`}`,
        );
        writeFileSync(module, print(lowerArchitecture(architecture, { depth, strategy })));
        const together = wanted !== 'tfjs';
        const own = full === true || together || name === headline ? wantedSeeds : wantedSeeds.slice(0, 1);
        return together
          ? [{ entrant: name, depth, module, seed: own[0] ?? 0, seeds: own }]
          : own.map((seed) => ({ entrant: name, depth, module, seed, seeds: [seed] }));
      }),
    );
}

async function trainerOf(wanted: Framework): Promise<Trainer> {
  if (wanted === 'tfjs')
    return { program: process.execPath, parameters: ['--import', 'tsx', join(here, 'worker-tfjs.ts')] };
  const python = await pythonEnvironment();
  if (python.path === null) throw new Error(`no Python to train with: ${python.reason}`);
  const settings = {
    task,
    rates: Array.from({ length: task.steps }, (_, step) => rateAt(step)),
    slopePoints,
    curvePoints,
  };
  return { program: python.path, parameters: [join(here, `train_${wanted}.py`), JSON.stringify(settings)] };
}

const idOf = (outcome: Pick<Outcome, 'framework' | 'entrant' | 'depth' | 'seed'>): string =>
  [outcome.framework, outcome.entrant, outcome.depth, outcome.seed].join('/');

function known(): Map<string, Outcome> {
  const outcomes = existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as readonly Outcome[]) : [];
  return new Map(outcomes.map((outcome) => [idOf(outcome), outcome]));
}

/** Beside what stands in the file by then: other trainings may be under way. */
function save(outcomes: ReadonlyMap<string, Outcome>): void {
  const sorted = [...new Map([...known(), ...outcomes])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, outcome]) => JSON.stringify(outcome));
  writeFileSync(resultsFile, `[\n${sorted.join(',\n')}\n]\n`);
}

async function trainAll(): Promise<boolean> {
  const jobs = jobsFor(options);
  const outcomes = new Map<string, Outcome>();
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const began = Date.now();
  const total = jobs.length * task.steps;
  const done = new Map<Job, number>();
  let finished = 0;
  const left = (): string => {
    const steps = [...done.values()].reduce((sum, step) => sum + step, 0);
    return steps === 0
      ? ''
      : `, about ${Math.ceil((((Date.now() - began) / steps) * (total - steps)) / 60_000)} min left`;
  };
  note(
    `${options.framework}: ${jobs.length} ` +
      `${options.framework !== 'tfjs' ? `jobs of up to ${options.seeds.length} trainings` : 'trainings'}, ` +
      `${task.steps} steps each, ${options.processes} at a time`,
  );
  await runJobs(jobs, {
    processes: options.processes,
    command: await trainerOf(options.framework),
    signal: interrupt.signal,
    onStep: (job, step) => {
      done.set(job, step);
      if (process.stderr.isTTY) process.stderr.write(`\r${finished}/${jobs.length} done${left()}   `);
    },
    onAnswer: async (job, answer) => {
      const trained = JSON.parse(answer) as readonly Trained[];
      for (const [at, { instance, ...rest }] of trained.entries()) {
        const outcome: Outcome = {
          framework: options.framework,
          entrant: job.entrant,
          depth: job.depth,
          seed: job.seeds[at] ?? 0,
          ...rounded(rest),
          bound: await provenBound(instance),
        };
        outcomes.set(idOf(outcome), outcome);
      }
      done.set(job, task.steps);
      finished += 1;
      save(outcomes);
      const errors = trained.map(({ error }) => error.toExponential(1));
      note(
        `${process.stderr.isTTY ? '\r' : ''}${finished}/${jobs.length} ${job.entrant}, depth ` +
          `${job.depth}, seed ${job.seeds.join(', ')}: error ${errors.join(', ')}${left()}`,
      );
    },
  });
  return interrupt.signal.aborted;
}

/** Six digits are enough for tables and figures. */
function rounded(trained: Omit<Trained, 'instance'>): Omit<Trained, 'instance'> {
  const short = (value: number): number => Number(value.toPrecision(6));
  const { start, error, slope, seconds, curve } = trained;
  return {
    start: short(start),
    error: short(error),
    slope: short(slope),
    seconds: Number(seconds.toPrecision(3)),
    curve: curve.map((value) => Number(value.toPrecision(4))),
  };
}

const interrupted = options.report === true ? false : await trainAll();
const files = await writeReport([...known().values()], here);
note(`written: ${files.join(', ')}`);
if (interrupted) process.exitCode = 130;
