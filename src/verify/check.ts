import type { CheckReport } from '../check/index.js';
import * as trusted from '../check/index.js';
import { located } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import { analysedSlopes } from '../slopes/index.js';
import { strategies } from '../../rules/strategies.js';
import { parseJson, readJsonText } from './json.js';

export type { CheckReport } from '../check/index.js';

/** A rigorous verdict on a file. @throws LW101, LW102, and what `checkText` throws */
export function checkFile(path: string): CheckReport {
  return checkText(readJsonText(path), path);
}

/**
 * A rigorous verdict on the text of such a file, whoever made it. `file` is only printed in positions.
 * @throws LW102 too large, LW104 not JSON, and what `checkSample` throws
 */
export function checkText(text: string, file: string | null = null): CheckReport {
  const value = parseJson(text, file);
  // What is wrong with the values has no line of its own; the file at least is known.
  return located(file === null ? null : { file, line: 1, column: 1 }, () => checkSample(value, file));
}

/** A rigorous verdict on a value in the form of `Sample`, with the slopes that the analysis of activations proves. */
export function checkSample(value: unknown, file: string | null = null): CheckReport {
  return trusted.checkSample(value, file, {
    slopesOf: analysedSlopes,
    strategies: strategies.map(({ name }) => name),
  });
}

/** The architecture that a sample is of. @throws LW301, and what parsing its definition throws */
export const architectureOf = (
  fields: Parameters<typeof trusted.architectureOf>[0],
  file: string | null,
): Architecture => trusted.architectureOf(fields, file, [], analysedSlopes);
