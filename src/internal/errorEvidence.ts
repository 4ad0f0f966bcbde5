/**
 * What messages and hints may read: the stored fields of all errors, seen as one flat record. Whatever reads this
 * stays true after an error was encoded, sent elsewhere and decoded.
 */
import type * as Duration from "effect/Duration"

export interface CauseEvidence {
  readonly code?: string | undefined
  readonly message: string
  readonly cause?: CauseEvidence | undefined
  readonly errors?: ReadonlyArray<CauseEvidence> | undefined
}

export interface LimitEvidence {
  readonly limit?: number | undefined
  readonly remaining?: number | undefined
  readonly reset?: number | undefined
}

export interface LimitsEvidence {
  readonly requests?: LimitEvidence | undefined
  readonly tokens?: LimitEvidence | undefined
  readonly inputTokens?: LimitEvidence | undefined
  readonly outputTokens?: LimitEvidence | undefined
}

export interface IssueEvidence {
  readonly path: ReadonlyArray<string | number>
  readonly rule: string
  readonly message: string
  readonly remedy: string
}

export interface Evidence {
  readonly _tag: string
  readonly phase: "validate" | "queue" | "connect" | "send" | "headers" | "body"
  readonly attempt: number
  readonly elapsed: Duration.Duration
  readonly requestId?: string | undefined
  readonly mayHaveRun: boolean
  readonly request: {
    readonly method: string
    readonly path: string
    readonly model?: string | undefined
    readonly bodyBytes?: number | undefined
    readonly stream?: boolean | undefined
  }
  readonly cause?: CauseEvidence | undefined

  readonly code?: string | undefined
  readonly bytesReceived?: number | undefined
  readonly idleFor?: Duration.Duration | undefined
  readonly reusedConnection?: boolean | undefined
  readonly reason?: string | undefined
  readonly proxyStatus?: number | undefined
  readonly limit?: string | undefined
  readonly duration?: Duration.Duration | undefined
  readonly lastEvent?: string | undefined

  readonly status?: number | undefined
  readonly errorType?: string | undefined
  readonly errorCode?: string | undefined
  readonly apiMessage?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly retryAfter?: Duration.Duration | undefined
  readonly limits?: LimitsEvidence | undefined
  readonly source?: string | undefined
  readonly issues?: ReadonlyArray<IssueEvidence> | undefined
  readonly successor?: string | undefined
  readonly description?: string | undefined
  readonly contentType?: string | undefined
  readonly excerpt?: string | undefined

  readonly bound?: string | undefined
  readonly wait?: Duration.Duration | undefined
}

/**
 * The codes anywhere in the chain of causes.
 */
export const causeCodes = (cause: CauseEvidence | undefined): ReadonlyArray<string> =>
  cause === undefined
    ? []
    : [
        ...(cause.code === undefined ? [] : [cause.code]),
        ...causeCodes(cause.cause),
        ...(cause.errors ?? []).flatMap(causeCodes)
      ]
