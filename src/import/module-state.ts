import { excerpt, fail } from '../base/diagnostic.js';
import { parseJson } from '../verify/json.js';
import type { ImportSource } from './source.js';
import { isOurs } from './source.js';

/**
 * What PyTorch calls what a module keeps in its `state_dict` beside tensors; the names of modules around it stand
 * before.
 */
const stateName = '_extra_state';

/** A file whose modules' own words are among its facts, and what is to be said of them. */
export interface StatedSource {
  readonly source: ImportSource;
  readonly notes: readonly string[];
}

/**
 * Generated PyTorch modules write bound, slopes and activations into their `state_dict`, as the characters of a JSON
 * text. Where a file holds one such text under the prefix it is read like metadata, and is no tensor any more. Of
 * several none is read, since the tensors may be those of any of them; a text that is not ours stays what it is, a
 * tensor that is left and named.
 * @throws LW105 where the metadata of the file says otherwise, LW104 a text that is no JSON after all
 */
export function withModuleState(source: ImportSource, prefix: string, file: string | null): StatedSource {
  const states = statesIn(source, prefix, file);
  const own = states.filter(({ name }) => name === `${prefix}${stateName}`);
  const [state, ...more] = own.length === 1 ? own : states;
  if (state === undefined) return { source, notes: [] };
  if (more.length > 0)
    return {
      source,
      notes: [
        `the file holds the states of ${states.length} networks, none of which is read (--prefix): ` +
          excerpt(states.map(({ name }) => name).join(', '), 200),
      ],
    };
  for (const [key, value] of state.facts) {
    const other = source.facts.get(key);
    if (other !== undefined && other !== value && key !== 'generator') {
      return fail(
        'LW105',
        `${excerpt(key, 40)} ${said(other)} in the metadata and ${said(value)} in ${excerpt(state.name, 60)}`,
        'a file that says one thing of its network',
      );
    }
  }
  const without = <T>(tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...tensors].filter(([name]) => name !== state.name));
  return {
    source: {
      ...source,
      tensors: without(source.tensors),
      unread: without(source.unread),
      facts: new Map([...state.facts, ...source.facts]),
      outputsFirst: true,
    },
    notes: [],
  };
}

interface State {
  /** Whole, as the file has it. */
  readonly name: string;
  readonly facts: ReadonlyMap<string, unknown>;
}

/** Also among the floats: a `state_dict` in half precision, or in JSON, has it there. */
function statesIn(source: ImportSource, prefix: string, file: string | null): readonly State[] {
  const entries = [
    ...[...source.unread].map(([name, { characters }]) => [name, characters] as const),
    ...[...source.tensors].map(([name, { data }]) => [name, data] as const),
  ];
  return entries.flatMap(([name, data]) => {
    const isState = name.startsWith(prefix) && (name === stateName || name.endsWith(`.${stateName}`));
    const text = isState && data !== null ? textOf(data) : null;
    // Another tool's text need not be JSON; one of ours that breaks off is not passed over.
    if (text === null || !/lipwright/i.test(text)) return [];
    const value = parseJson(text, file === null ? name : `${file}#${excerpt(name, 60)}`);
    const facts = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
    return isOurs(facts) ? [{ name, facts }] : [];
  });
}

/** Null where the numbers are not the bytes of a text that begins like an object. */
function textOf(data: Float64Array): string | null {
  if (data[0] !== 0x7b || !data.every((entry) => Number.isInteger(entry) && entry >= 0 && entry < 256)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(data));
  } catch {
    return null;
  }
}

const said = (value: unknown): string => excerpt(typeof value === 'string' ? value : JSON.stringify(value), 60);
