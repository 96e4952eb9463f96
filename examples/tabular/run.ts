/**
 * Train and certify classifiers on data sets that scikit-learn ships: `npm run example:tabular`. The generated PyTorch
 * modules are compiled here, trained by train.py beside two published baselines, certified here, evaluated and attacked
 * by evaluate.py, and written as RESULTS.md and certified-accuracy.svg.
 */
import { Command } from 'commander';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../../src/index.js';
import { torchModule } from '../../src/5-emit/python/index.js';
import { pythonEnvironment } from '../../scripts/python-environment.mjs';
import type { CertifiedNetwork, Trained } from './certify.js';
import { certifyNetwork } from './certify.js';
import type { Plan } from './plan.js';
import { architectureOf, planOf, readDepth } from './plan.js';
import type { Evaluated } from './results.js';
import { resultsText } from './results.js';

const here = fileURLToPath(new URL('.', import.meta.url));

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One of the scripts, on one core; what it prints goes to stderr. */
async function python(interpreter: string, script: string, folder: string): Promise<void> {
  const child = spawn(interpreter, [join(here, script), folder], {
    env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 2, 2],
  });
  const status = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  if (status !== 0) throw new Error(`${script} ended with status ${status ?? 'none'}`);
}

const read = (folder: string, file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const write = (folder: string, file: string, value: unknown): void =>
  writeFileSync(join(folder, file), JSON.stringify(value));

function prepare(folder: string, plan: Plan): void {
  for (const method of plan.methods) {
    if (method.module === null || method.strategy === null) continue;
    const { program } = compile(architectureOf(method), { depth: readDepth(method), strategy: method.strategy });
    writeFileSync(join(folder, method.module), torchModule(program));
  }
  write(folder, 'plan.json', {
    ...plan,
    methods: plan.methods.map(({ id, kind, depth, module }) => ({ id, kind, depth, module })),
  });
}

async function certifyAll(folder: string, plan: Plan): Promise<void> {
  const trained = read(folder, 'trained.json') as readonly Trained[];
  const certified: CertifiedNetwork[] = [];
  for (const network of trained) {
    const method = plan.methods.find(({ id }) => id === network.method);
    if (method === undefined) continue;
    certified.push(await certifyNetwork(folder, network, method));
    if (certified.length % 25 === 0 || certified.length === trained.length)
      say(`${certified.length} of ${trained.length} networks certified`);
  }
  write(folder, 'certified.json', certified);
}

interface Options {
  readonly quick?: true;
  readonly keep?: string;
}

const values = new Command('example:tabular')
  .description(
    'Train and certify classifiers on data sets that scikit-learn ships, beside published ' +
      'baselines; write RESULTS.md and certified-accuracy.svg (about ten minutes).',
  )
  .option(
    '--quick',
    'one data set, one split, few steps, in less than a minute: the tables go to stdout, nothing is written',
  )
  .option('--keep <folder>', 'work in this folder and leave the networks and all results there')
  .parse()
  .opts<Options>();
const environment = await pythonEnvironment();
if (environment.path === null) throw new Error(`this example needs Python: ${environment.reason}`);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'lipwright-tabular-'));
mkdirSync(folder, { recursive: true });
try {
  const plan = planOf(values.quick === true);
  prepare(folder, plan);
  await python(environment.path, 'train.py', folder);
  await certifyAll(folder, plan);
  say('evaluating and attacking');
  await python(environment.path, 'evaluate.py', folder);
  const evaluated = read(folder, 'evaluated.json') as readonly Evaluated[];
  const text = resultsText(plan, evaluated);
  if (values.quick === true) {
    process.stdout.write(text);
  } else {
    writeFileSync(join(here, 'RESULTS.md'), text);
    const { figure } = await import('./figure.js');
    writeFileSync(join(here, 'certified-accuracy.svg'), await figure(plan, evaluated));
    say('examples/tabular/RESULTS.md and certified-accuracy.svg are written');
  }
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
