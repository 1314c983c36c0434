import type { Language } from '../i18n/language'
import type { ProblemBody } from './types'

/** The server said no, and why, in an RFC 9457 problem document. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly body: Partial<ProblemBody>,
  ) {
    super(body.detail ?? body.title ?? `status ${status}`)
  }

  text(language: Language): string {
    return this.body.message?.[language] ?? this.message
  }
}

/** No answer came: whether the server did what was asked is not known. */
export class NoAnswer extends Error {}
