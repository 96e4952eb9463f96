import { excerpt, fail } from '../base/diagnostic.js';
import type { StoredTensor } from './safetensors.js';

export interface Renaming {
  /** Only tensors whose names begin like this, which is then left out. */
  readonly prefix?: string;
  /** Names of the file by the author's: `C[1]` → `layers.0.weight`. */
  readonly names?: ReadonlyMap<string, string>;
}

/** The tensors under a prefix, some of them by other names. @throws LW312 where there is nothing under the prefix, no such tensor, or one name for two */
export function renamed(tensors: ReadonlyMap<string, StoredTensor>, { prefix = '', names = new Map() }: Renaming): ReadonlyMap<string, StoredTensor> {
  const under = new Map([...tensors].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [])));
  const listed = excerpt([...tensors.keys()].slice(0, 12).join(', '), 200);
  if (under.size === 0) return fail('LW312', prefix === '' ? 'no tensors' : `no tensor under "${excerpt(prefix, 40)}"`, prefix === '' ? 'tensors' : `one of ${listed}`);
  const owners = new Map<string, string>();
  for (const [own, name] of names) {
    if (!under.has(name)) fail('LW312', `no tensor ${excerpt(name, 40)} for ${excerpt(own, 40)}`, `one of ${listed}`);
    if (owners.has(name)) fail('LW312', `the tensor ${excerpt(name, 40)} for ${excerpt(owners.get(name) ?? '', 40)} and for ${excerpt(own, 40)}`, 'one of them');
    owners.set(name, own);
  }
  const result = new Map<string, StoredTensor>();
  for (const [name, tensor] of under) {
    const own = owners.get(name) ?? name;
    if (result.has(own)) fail('LW312', `two tensors for ${excerpt(own, 40)}, one of them ${excerpt(name, 40)}`, 'one of them');
    result.set(own, tensor);
  }
  return result;
}
