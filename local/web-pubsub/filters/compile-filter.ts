import { FilterError } from './filter-error.ts'
import { callFunction } from './functions.ts'
import { combine, compare, isComparison, isIn, negate } from './operators.ts'
import type { FilterSubject, Term } from './term.ts'
import { tokenize, type Token } from './tokenize.ts'

const subjects: Record<string, Term> = {
  userId: { type: 'string', evaluate: ({ userId }) => userId },
  connectionId: { type: 'string', evaluate: ({ connectionId }) => connectionId },
  protocol: { type: 'string', evaluate: ({ protocol }) => protocol },
  null: { type: 'null', evaluate: () => null },
  true: { type: 'boolean', evaluate: () => true },
  false: { type: 'boolean', evaluate: () => false },
}

/** Recursive descent over the tokens, weakest binding first: or, and, comparison, not, primary. */
class Parser {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(filter: string) {
    this.#tokens = tokenize(filter)
  }

  whole(): Term {
    const term = this.or()
    const rest = this.take()
    if (rest.kind !== 'end') throw new FilterError(`'${rest.text}' was not expected`, rest.at)
    if (term.type !== 'boolean') throw new FilterError(`The filter is a ${term.type}, not a condition`, 0)
    return term
  }

  private or(): Term {
    let term = this.and()
    for (let word = this.accept('or'); word; word = this.accept('or')) {
      term = this.checked(combine('or', term, this.and()), word)
    }
    return term
  }

  private and(): Term {
    let term = this.comparison()
    for (let word = this.accept('and'); word; word = this.accept('and')) {
      term = this.checked(combine('and', term, this.comparison()), word)
    }
    return term
  }

  private comparison(): Term {
    const left = this.not()
    const word = this.peek()
    if (word.kind !== 'name') return left
    if (word.text === 'in') {
      this.take()
      return this.checked(isIn(left, this.list()), word)
    }
    if (!isComparison(word.text)) return left
    this.take()
    return this.checked(compare(word.text, left, this.not()), word)
  }

  private not(): Term {
    const word = this.accept('not')
    return word ? this.checked(negate(this.not()), word) : this.primary()
  }

  private primary(): Term {
    const token = this.take()
    if (token.kind === 'string') return { type: 'string', evaluate: () => token.text }
    if (token.kind === 'int') {
      const value = Number(token.text)
      return { type: 'int', evaluate: () => value }
    }
    if (token.text === '(' && token.kind === 'mark') {
      const term = this.or()
      this.expect(')')
      return term
    }
    if (token.kind !== 'name') throw new FilterError(`'${token.text}' was not expected`, token.at)
    if (this.accept('(')) return this.checked(callFunction(token.text, this.items()), token)
    const subject = Object.hasOwn(subjects, token.text) ? subjects[token.text] : undefined
    return this.checked(subject ?? `'${token.text}' is not a property of a connection`, token)
  }

  private list(): 'groups' | Term[] {
    if (this.accept('groups')) return 'groups'
    this.expect('(')
    return this.items()
  }

  /** Terms with commas between them up to the closing parenthesis. */
  private items(): Term[] {
    const items = [this.or()]
    while (this.accept(',')) items.push(this.or())
    this.expect(')')
    return items
  }

  private peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: 'the end', at: 0 }
  }

  private take(): Token {
    const token = this.peek()
    this.#next += 1
    return token
  }

  private accept(text: string): Token | undefined {
    const token = this.peek()
    return token.text === text && (token.kind === 'name' || token.kind === 'mark') ? this.take() : undefined
  }

  private expect(text: string): void {
    const token = this.peek()
    if (this.accept(text) === undefined)
      throw new FilterError(`'${text}' was expected, not '${token.text}'`, token.at)
  }

  private checked(term: Term | string, token: Token): Term {
    if (typeof term === 'string') throw new FilterError(term, token.at)
    return term
  }
}

/**
 * Compiles an OData filter over connections (`userId`, `connectionId`, `groups`, `protocol`).
 * @throws FilterError when it is not in the language or its types do not fit.
 */
export const compileFilter = (filter: string): ((subject: FilterSubject) => boolean) => {
  const { evaluate } = new Parser(filter).whole()
  return (subject) => evaluate(subject) === true
}
