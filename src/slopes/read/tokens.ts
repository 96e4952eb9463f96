import { excerpt, fail } from '../../base/diagnostic.js';
import { tokenPattern, tokenize } from '../../base/tokens.js';
import type { Alphabet, Locate, Token } from '../../base/tokens.js';

const maximumLength = 4096;

/**
 * Brackets inside brackets, signs in a row, powers of powers, cases: the expression parser recurses on each of them.
 */
const maximumNesting = 32;

const maximumArguments = 32;

/** Words that mathjs would take for operators. */
const logicalWords: ReadonlySet<string> = new Set(['and', 'or', 'not', 'xor']);

const scalars: Alphabet = {
  token: tokenPattern(/[<>=!]=|[-+*/^(),?:<>=]/),
  blanks: ' \t\r\n',
  words: logicalWords,
  hints: new Map([
    ['−', 'the ASCII sign -'],
    ['–', 'the ASCII sign -'],
    ['·', 'the ASCII sign *'],
    ['×', 'the ASCII sign *'],
    ['²', 'the power ^2'],
    ['³', 'the power ^3'],
    ['≤', 'the ASCII signs <='],
    ['≥', 'the ASCII signs >='],
    ['|', 'abs(…)'],
    ['&', 'if(…) inside if(…)'],
    [';', 'one expression'],
    ['[', 'round brackets'],
    ['{', 'round brackets'],
    ['\u00a0', 'an ordinary space (this one is a no-break space)'],
  ]),
  characters: 'names, numbers, + - * / ^ ( ) , < > ? :',
};

interface Open {
  readonly kind: 'group' | 'call' | 'case';
  commas: number;
  /** Powers in a row at this level: 2^2^2. */
  powers: number;
}

/**
 * The words of an activation's expression, with all that the recursive parser could stumble over refused beforehand, at
 * its place: LW201 where a value or an operator is missing or brackets do not match, LW214 above 4,096 characters and
 * for deep nesting, LW501 for relations that are no comparisons.
 */
export function scalarTokens(text: string, locate: Locate): readonly Token[] {
  if (text.length > maximumLength)
    fail('LW214', `an expression of ${text.length} characters`, `at most ${maximumLength}`, locate(0));
  const tokens = tokenize(text, locate, scalars);
  const guard = new Guard(locate);
  for (const token of tokens) guard.read(token);
  guard.finish();
  return tokens;
}

class Guard {
  readonly #locate: Locate;
  readonly #open: Open[] = [{ kind: 'group', commas: 0, powers: 0 }];
  #previous: Token | null = null;
  #wantsValue = true;
  #signs = 0;
  #cases = 0;

  constructor(locate: Locate) {
    this.#locate = locate;
  }

  read(token: Token): void {
    const { kind, text } = token;
    if (logicalWords.has(text)) this.#refuse('LW501', token, 'one comparison, or if(…) inside if(…)');
    if (text === '==' || text === '!=')
      this.#refuse('LW501', token, 'a comparison with < or >: a single point is no case of its own');
    if (text === '=') this.#refuse('LW201', token, 'the right-hand side alone');
    if (kind !== 'operator') {
      this.#separate(token);
      this.#wantsValue = false;
      this.#signs = 0;
    } else if (text === '(') this.#openBracket(token);
    else if (this.#wantsValue && (text === '+' || text === '-')) {
      this.#signs += 1;
      this.#limit(this.#signs, maximumNesting, 'signs in a row', token);
    } else {
      const emptyCall = text === ')' && this.#top().kind === 'call' && this.#previous?.text === '(';
      if (this.#wantsValue && !emptyCall) this.#refuse('LW201', token, 'a value before it');
      this.#operator(token);
      this.#wantsValue = text !== ')';
    }
    this.#previous = token;
  }

  finish(): void {
    const last = this.#previous;
    const place = this.#locate(last === null ? 0 : last.offset + last.text.length);
    if (last === null) fail('LW201', 'nothing', 'an expression in v', place);
    if (this.#wantsValue) fail('LW201', 'the end of the expression', 'a value', place);
    if (this.#open.length > 1)
      fail('LW201', 'the end of the expression', this.#top().kind === 'case' ? '":"' : '")"', place);
  }

  #openBracket(token: Token): void {
    const call = !this.#wantsValue && this.#previous?.kind === 'name';
    if (!call) this.#separate(token);
    this.#push(call ? 'call' : 'group', token);
    this.#wantsValue = true;
    this.#signs = 0;
  }

  #operator(token: Token): void {
    const { text } = token;
    const top = this.#top();
    if (text === '^') {
      top.powers += 1;
      this.#limit(top.powers, maximumNesting, 'powers of powers', token);
      return;
    }
    top.powers = text === ')' ? top.powers : 0;
    if (text === '?') {
      if (top.kind === 'case') this.#refuse('LW201', token, 'brackets around the inner case distinction');
      this.#cases += 1;
      this.#limit(this.#cases, maximumNesting, 'case distinctions', token);
      this.#push('case', token);
    } else if (text === ':') {
      if (top.kind !== 'case') this.#refuse('LW201', token, '"?" before it');
      this.#open.pop();
    } else if (text === ')' || text === ',') {
      if (top.kind === 'case') this.#refuse('LW201', token, '":" before it');
      if (text === ')') {
        if (this.#open.length === 1) this.#refuse('LW201', token, 'balanced brackets');
        this.#open.pop();
        return;
      }
      if (top.kind !== 'call') this.#refuse('LW201', token, 'commas only between arguments; a decimal point is "."');
      top.commas += 1;
      this.#limit(top.commas + 1, maximumArguments, 'arguments', token);
    }
  }

  #push(kind: Open['kind'], token: Token): void {
    this.#open.push({ kind, commas: 0, powers: 0 });
    this.#limit(this.#open.length - 1, maximumNesting, 'nested brackets', token);
  }

  #separate(token: Token): void {
    if (this.#wantsValue || this.#previous === null) return;
    fail(
      'LW201',
      `"${excerpt(this.#previous.text)}" followed by "${excerpt(token.text)}"`,
      'an operator between them, such as *',
      this.#locate(token.offset),
    );
  }

  #limit(count: number, most: number, what: string, token: Token): void {
    if (count > most) fail('LW214', `more than ${most} ${what}`, 'a flatter expression', this.#locate(token.offset));
  }

  #refuse(code: 'LW201' | 'LW501', token: Token, expected: string): never {
    return fail(code, `"${excerpt(token.text)}"`, expected, this.#locate(token.offset));
  }

  #top(): Open {
    const top = this.#open.at(-1);
    if (top === undefined) throw new RangeError('the outermost level is never closed');
    return top;
  }
}
