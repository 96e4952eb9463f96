import { fail } from '../base/diagnostic.js';
import { positionAt } from './yaml-source.js';
import type { Source } from './yaml-source.js';

/**
 * What does not parse as YAML, in the words of somebody who writes equations where it is one of the usual slips: a tab
 * before a line, or lines under `equations: |` at the margin. Else as the parser says it. @throws LW103
 */
export function refuseYaml(source: Source, message: string, offset: number): never {
  const { text } = source;
  const tab = /^ *(\t)/m.exec(text);
  if (tab !== null)
    fail(
      'LW103',
      'a tab at the beginning of a line',
      'blanks: YAML is indented by blanks',
      positionAt(source, tab.index + tab[0].length - 1),
    );
  const margin =
    /^(?:equations|"equations")[ ]*:[ ]*[|>][-+]?[ ]*(?:#.*)?\r?\n(?:[ ]*\r?\n)*(?=[^\s#-][^:\r\n]*=)/m.exec(text);
  if (margin !== null)
    fail(
      'LW103',
      'a line of equations at the margin',
      'lines under "equations: |" indented, by two blanks for example',
      positionAt(source, margin.index + margin[0].length),
    );
  return fail('LW103', message, 'YAML', positionAt(source, offset));
}
