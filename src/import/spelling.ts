/** A name of the equations with the ways in which a file may write it. */
export interface Spelled {
  readonly name: string;
  readonly as: readonly string[];
}

/** How names of a file may be written. All names of the first group must be there, of every other one all or none. */
export interface Form {
  readonly asIdentifiers: boolean;
  readonly groups: readonly (readonly Spelled[])[];
}

/** How far the names of a file fit a form. */
export interface Match {
  /** The file's names by the author's. */
  readonly found: ReadonlyMap<string, string>;
  /** How many names are missing, too many, or there twice; 0 if the form fits. */
  readonly faults: number;
  readonly missing: Spelled | null;
  readonly extra: string | null;
  readonly twice: { readonly name: string; readonly tensor: string } | null;
  /** All that may stand there. */
  readonly expected: readonly string[];
}

/** `C[1]`, and as PyTorch names the entries of a ParameterDict or a list `C.1`. */
export function spelled(name: string): Spelled {
  const dotted = name.replace(/\[(\d+)\]$/, '.$1');
  return { name, as: dotted === name ? [name] : [name, dotted] };
}

/** No prefix, and whatever all names share up to a point or a slash: `module.`, `model.lip.` */
export function prefixesOf(names: readonly string[]): readonly string[] {
  const [first = ''] = names;
  const shared = names.reduce((length, name) => {
    let same = 0;
    while (same < length && name[same] === first[same]) same += 1;
    return same;
  }, first.length);
  return ['', ...[...first.slice(0, shared).matchAll(/[./]/g)].map(({ index }) => first.slice(0, index + 1))];
}

export function match({ groups }: Form, names: readonly string[], prefix: string): Match {
  const owners = new Map(groups.flat().flatMap(({ name, as }) => as.map((text) => [text, name])));
  const found = new Map<string, string>();
  const extras: string[] = [];
  let twice: Match['twice'] = null;
  for (const name of names) {
    const owner = owners.get(name.slice(prefix.length));
    if (owner === undefined) extras.push(name);
    else if (found.has(owner)) twice ??= { name: owner, tensor: name };
    else found.set(owner, name);
  }
  const missing = groups.flatMap((group, at) =>
    at === 0 || group.some(({ name }) => found.has(name)) ? group.filter(({ name }) => !found.has(name)) : [],
  );
  return {
    found,
    faults: missing.length + extras.length + (twice === null ? 0 : 1),
    missing: missing[0] ?? null,
    extra: extras[0] ?? null,
    twice,
    expected: groups.flat().map(({ name }) => name),
  };
}
