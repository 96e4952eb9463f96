import type { Imported } from '../import/import.js';
import { boundAbove, boundBelow, brief, lipschitzText } from '../base/number-text.js';
import { excerpt } from '../base/diagnostic.js';
import { strategyText } from '../model/variant.js';
import { activationNames } from './activation-names.js';
import { slopesText } from './slopes.js';

const typeNames: Readonly<Record<string, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/** Where multipliers come from, for people. */
const origins: Readonly<Record<Imported['multipliers'], string>> = {
  file: 'with the multipliers of the file',
  constrain: 'with the multipliers that come with the weights',
  search: 'with multipliers found by search',
};

function boundText({ sample, proven, trainedFor, multipliers }: Imported): string {
  const { lipschitz, verdict } = sample;
  const trained = trainedFor === null ? '' : `trained for ${brief(trainedFor, 5)}, `;
  return proven
    ? `${trained}proven ${boundAbove(lipschitz)} ${origins[multipliers]} (${verdict.method})`
    : `${trained}NOT proven ` +
        `(${verdict.negativeSemidefinite === false ? 'the LMI is not negative semidefinite' : 'undecided'}, ` +
        `${verdict.method})`;
}

/** What a reader of the JSON would not see: the bound, a prefix that was found, and what was assumed. */
export function noteLines(imported: Imported): readonly string[] {
  const { prefix, assumed, notes } = imported;
  return [
    boundText(imported),
    ...(prefix === '' ? [] : [`read after the prefix "${excerpt(prefix, 80)}"`]),
    ...assumed.map((text) => `assumed: ${text}`),
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** What a verdict rests on, and what a reader of it should know. */
export const provenanceRows = (assumed: readonly string[], notes: readonly string[]): readonly string[] => [
  ...assumed.map((text) => `  assumed           ${text}`),
  ...notes.map((note) => `  note              ${note}`),
];

/** A summary for people. */
export function importedText(imported: Imported): string {
  const { sample, proven, kind, prefix, tensors, types, assumed, notes, free } = imported;
  const { architecture, depth, lipschitz, strategy, variant = null, slopes, dims } = sample;
  const named = activationNames(sample.activations);
  const entries =
    types.length === 0 ? '' : `, ${types.map((type) => typeNames[type] ?? type).join(' and ')}, taken exactly`;
  const content = kind === 'free' ? 'free parameters' : 'weights as they are';
  const after = prefix === '' ? '' : `, after the prefix "${excerpt(prefix, 80)}"`;
  const certificate = 'certificate' in sample ? sample.certificate : null;
  return `${[
    proven
      ? `imported: ${architecture} at depth ${depth} is ${lipschitzText(boundAbove(lipschitz))}`
      : `NOT PROVEN: ${architecture} at depth ${depth} is not shown to be ${lipschitzText(boundBelow(lipschitz))}`,
    `  read              ${tensors} tensors of ${content}${entries}${after}`,
    `  bound             ${boundText(imported)}`,
    ...(certificate === null
      ? [`  strategy          ${strategyText(strategy, variant)}`]
      : [`  search            ${certificate.iterations} steps, ${certificate.stopped}`]),
    ...(slopes.length === 0 ? [] : [`  slopes            ${slopesText(slopes)}`]),
    ...(named === null ? [] : [`  phi               ${named}`]),
    `  widths            ${Object.entries(dims)
      .map(([name, width]) => `${name} = ${width}`)
      .join(', ')}`,
    ...(free === null ? [] : [`  free parameters   ${Object.keys(free).join(', ')} (in the JSON of --json or --out)`]),
    ...provenanceRows(assumed, notes),
  ].join('\n')}\n`;
}
