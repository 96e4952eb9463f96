import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFigure, fitFigure, slopeFigure } from './figures.js';
import { depths, entrants, frameworks, task, training } from './settings.js';
import type { Framework, Outcome } from './settings.js';

const names: Readonly<Record<Framework, string>> = { tfjs: 'TensorFlow.js', torch: 'PyTorch', jax: 'JAX' };
const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};
const short = (value: number): string =>
  value >= 0.01
    ? value.toFixed(3)
    : value
        .toExponential(1)
        .replace('e-', '·10⁻')
        .replace(
          /⁻(\d+)/,
          (_, digits: string) => `⁻${digits.replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? digit)}`,
        );

/** median (worst, of so many seeds), or a dash. */
function cell(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '–';
  const errors = outcomes.map(({ error }) => error);
  return outcomes.length === 1
    ? short(errors[0] ?? Number.NaN)
    : `**${short(median(errors))}** (${short(Math.max(...errors))})`;
}

function table(outcomes: readonly Outcome[]): readonly string[] {
  const rows = entrants.filter(({ name }) => outcomes.some(({ entrant }) => entrant === name));
  return [
    `| strategy | ${depths.map((depth) => `depth ${depth}`).join(' | ')} |`,
    `|---|${depths.map(() => '---|').join('')}`,
    ...rows.map(
      ({ name }) =>
        `| ${name} | ` +
        `${depths.map((depth) => cell(outcomes.filter((outcome) => outcome.entrant === name && outcome.depth === depth))).join(' | ')} ` +
        '|',
    ),
  ];
}

function slopeTable(outcomes: readonly Outcome[]): readonly string[] {
  const rows = entrants.filter(({ name }) => outcomes.some(({ entrant }) => entrant === name));
  return [
    '| strategy | largest measured slope | largest proven bound | trainings |',
    '|---|---|---|---|',
    ...rows.map(({ name }) => {
      const own = outcomes.filter(({ entrant }) => entrant === name);
      return (
        `| ${name} | ${Math.max(...own.map(({ slope }) => slope)).toFixed(4)} | ` +
        `${Math.max(...own.map(({ bound }) => bound))} | ${own.length} |`
      );
    }),
  ];
}

/** RESULTS.md and its figures in the folder; returns the names of the files. */
export async function writeReport(outcomes: readonly Outcome[], folder: string): Promise<readonly string[]> {
  const present = frameworks.filter((name) => outcomes.some(({ framework }) => framework === name));
  const count = (name: Framework): number => outcomes.filter(({ framework }) => framework === name).length;
  const fullest = [...present].sort((a, b) => count(b) - count(a))[0];
  const fits = outcomes.filter(({ framework }) => framework === fullest);
  const text = [
    '# cos, by networks that are proven 1-Lipschitz',
    '',
    `Written by \`npm run example:cosine\`: a network 1 → ${task.width} → … → ${task.width} → 1 ` +
      `with ReLU, held to the Lipschitz bound ${task.lipschitz}, is fitted to cos on [−2π, 2π] ` +
      `(${task.points} points, mean squared error, ${task.steps.toLocaleString('en')} steps of ` +
      'Adam).',
    `Learning rate for all: ${training.warmup} steps of warm-up to ${training.rate}, from step ` +
      `${training.drop.toLocaleString('en')} on ${training.dropped}. The network 0 has an error of ` +
      `0.5. Initial values are those of each module's \`init\`.`,
    'In bold the median over seeds, in parentheses the worst; a single number is one seed. ' +
      'Errors are those of the float32 network.',
    '',
    '![error against depth](error.svg)',
    '',
    ...present.flatMap((name) => [
      `## ${names[name]}`,
      '',
      ...table(outcomes.filter(({ framework }) => framework === name)),
      '',
    ]),
    `## Fits, first seed${fullest === undefined ? '' : `, ${names[fullest]}`}`,
    '',
    '![fits](fits.svg)',
    '',
    '## Slopes and bounds',
    '',
    'The largest slope between neighbours of a grid eight times as fine, and the bound that is ' +
      'proven for the float32 weights as they are (by their own multipliers, or by `certify` where ' +
      'rounding carried them over the edge).',
    '',
    ...slopeTable(outcomes),
    '',
    '![largest measured slope over the certified bound](slopes.svg)',
    '',
  ].join('\n');
  const files: readonly (readonly [string, string])[] = [
    ['RESULTS.md', text],
    ['error.svg', await errorFigure(outcomes)],
    ['fits.svg', await fitFigure(fits, [1, 2, 3, 6])],
    ['slopes.svg', await slopeFigure(outcomes)],
  ];
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  return files.map(([name]) => name);
}
