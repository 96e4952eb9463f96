import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { contractionChoices } from '../../rules/contractions.js';
import { pivotStrategy } from '../../rules/variants.js';
import { pythonEnvironment } from '../../scripts/python-environment.mjs';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { lowerArchitecture } from '../../src/compile.js';
import { torchModule } from '../../src/emit.js';

/**
 * `npm run bench:step [-- --out FILE] [--rounds N] [2/16 784/64 …]`: what a step of training costs in PyTorch on a
 * processor, beside published layers. Python is $PYTHON, or that of the tests; deel-torchlip is measured where it has
 * it. FILE gets the figures as JSON.
 */

const measurement = z.object({
  machine: z.string(),
  widths: z.array(
    z.object({
      inputs: z.number(),
      width: z.number(),
      networks: z.record(z.string(), z.object({ step: z.number(), gradient: z.number() })),
    }),
  ),
});

type Measurement = z.infer<typeof measurement>;

const depth = 3;
const flag = (name: string): string | null => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
};

function compiled(folder: string): Record<string, string> {
  const architecture = loadArchitecture('feedforward');
  return Object.fromEntries(
    contractionChoices.map((contraction) => {
      const file = join(folder, `${contraction}.py`);
      writeFileSync(
        file,
        torchModule(lowerArchitecture(architecture, { depth, strategy: pivotStrategy({ contraction }) })),
      );
      return [`ours, ${contraction}`, file];
    }),
  );
}

function table({ machine, widths }: Measurement, of: 'step' | 'gradient', title: string): string {
  const names = Object.keys(widths[0]?.networks ?? {});
  const lines = [
    `${title}; ms of CPU time, and times the sandwich layer (${machine})`,
    `| | ${widths.map(({ inputs, width }) => `${inputs}/${width}`).join(' | ')} |`,
    `|---|${widths.map(() => '---|').join('')}`,
  ];
  for (const name of names) {
    const cells = widths.map(({ networks }) => {
      const [own, sandwich] = [networks[name]?.[of], networks['sandwich']?.[of]];
      if (own === undefined || sandwich === undefined) throw new Error(`${name} was not measured`);
      return `${own.toPrecision(3)} (${(own / sandwich).toFixed(2)})`;
    });
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

const python = process.env['PYTHON'] ?? (await pythonEnvironment()).path;
if (python === null) throw new Error('no Python with PyTorch');
const folder = mkdtempSync(join(tmpdir(), 'lipwright-step-'));
try {
  const chosen = process.argv.slice(2).filter((text) => /^\d+\/\d+$/.test(text));
  const settings = {
    modules: compiled(folder),
    widths: (chosen.length > 0 ? chosen : ['2/16', '784/64', '784/256']).map((text) => text.split('/').map(Number)),
    outputs: 10,
    batch: 256,
    rounds: Number(flag('--rounds') ?? 15),
    threads: 1,
  };
  const script = fileURLToPath(new URL('measure.py', import.meta.url));
  const { status, stdout } = spawnSync(python, [script], {
    input: JSON.stringify(settings),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the measurement failed');
  const result = measurement.parse(JSON.parse(stdout));
  const out = flag('--out');
  if (out !== null) writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
  const title = `feedforward, ${depth} hidden layers, batch 256, float32`;
  process.stdout.write(`${table(result, 'step', `A step of training: ${title}, Adam`)}\n\n`);
  process.stdout.write(`${table(result, 'gradient', `Gradients for inputs in evaluation mode: ${title}`)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
