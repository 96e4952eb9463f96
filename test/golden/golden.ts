import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { derive, loadArchitecture, readArchitecture } from '../../src/index.js';
import { report, reportLatex, reportText } from '../../src/report/index.js';

/**
 * What people read, whole, as it stands: changed by `npm run golden -- --update` alone, and then read by eye before it
 * is kept.
 */

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const taps = readArchitecture(path('taps.yaml'));

const derivations = [
  ['residual-gershgorin', loadArchitecture('residual'), 'gershgorin'],
  ['dense-skip-pivot', loadArchitecture('dense-skip'), 'pivot'],
  ['taps-gershgorin', taps, 'gershgorin'],
] as const;

export interface Golden {
  readonly file: string;
  /** The text of today. */
  readonly text: () => string;
}

export const goldens: readonly Golden[] = derivations.flatMap(([name, architecture, strategy]): Golden[] => {
  const layout = { steps: true, width: 100, document: true };
  const result = () => report(derive(architecture, { depth: 2, strategy }));
  return [
    { file: path(`${name}.txt`), text: () => reportText(result(), layout) },
    { file: path(`${name}.tex`), text: () => reportLatex(result(), layout) },
  ];
});

const context = 3;

/** Where the kept text and today's first differ, a few lines of both; null where they do not. */
export function firstDifference({ file, text }: Golden): string | null {
  const [kept, now] = [readFileSync(file, 'utf8').split('\n'), text().split('\n')];
  const at = Array.from({ length: Math.max(kept.length, now.length) }, (_, line) => line).find(
    (line) => kept[line] !== now[line],
  );
  if (at === undefined) return null;
  const shown = (lines: readonly string[], sign: string): readonly string[] =>
    lines.slice(at, at + context).map((line) => `${sign} ${line}`);
  return [
    `${file}:${at + 1}`,
    ...kept.slice(Math.max(0, at - context), at).map((line) => `  ${line}`),
    ...shown(kept, '-'),
    ...shown(now, '+'),
    'If this is meant: npm run golden -- --update, and read what has changed.',
  ].join('\n');
}
