import type { CommanderError } from 'commander';
import type { Diagnostic } from '../base/diagnostic.js';
import { excerpt } from '../base/diagnostic.js';
import { nearest } from '../base/suggest.js';

/** Values to show of options that a command cannot do without. */
const examples: Readonly<Record<string, string>> = { '--dims': '--dims x=3,w=4,y=2' };

/** `error: unknown option '--dpeth'\n(Did you mean --depth?)` as a diagnostic. */
export function usageDiagnostic(error: CommanderError, argv: readonly string[]): Diagnostic {
  const [first = '', ...rest] = error.message.split('\n');
  const command =
    argv[0] !== undefined && /^[a-z]+$/.test(argv[0]) && error.code !== 'commander.unknownCommand' ? `${argv[0]} ` : '';
  const help = `what lipwright ${command}--help shows`;
  const missing =
    error.code === 'commander.missingMandatoryOptionValue' ? (/'(--[a-z-]+)/.exec(first)?.[1] ?? null) : null;
  // Commander looks for what is missing before it looks at what is misspelt.
  const misspelt =
    missing === null
      ? undefined
      : argv
          .map((word) => word.replace(/=.*$/s, ''))
          .find((word) => word.startsWith('--') && word !== missing && nearest(word, [missing]) !== null);
  if (missing !== null && misspelt === undefined) {
    return {
      code: 'LW311',
      found: `an option is missing: ${missing}`,
      expected:
        `lipwright ${excerpt(argv.join(' '), 120)} ${examples[missing] ?? `${missing} …`}, for ` +
        `example, or ${help}`,
      position: null,
    };
  }
  const suggestion = missing ?? /Did you mean (.*)\?\)/.exec(rest.join(' '))?.[1];
  const found =
    misspelt === undefined
      ? first.replace(/^error: /, '').replace(/^(unknown option '--[^=']*)=.*'$/s, "$1'")
      : `unknown option '${misspelt}'`;
  return {
    code: 'LW311',
    found: excerpt(found, 160),
    expected: suggestion === undefined ? help : `${excerpt(suggestion)} (did you mean it?), or ${help}`,
    position: null,
  };
}
