/**
 * Arbitrary requests, messages, streams and errors, for property tests of programs that use Claude.
 *
 * @since 0.1.0
 */
import type * as FastCheck from "effect/FastCheck"
import type * as ClaudeError from "../ClaudeError.js"
import type { Message } from "../schema/Message.js"
import type { MessageRequest } from "../schema/MessageRequest.js"
import type { TransportFault as Fault } from "../transport/TransportFault.js"
import * as errors from "./internal/arbitraryErrors.js"
import * as messages from "./internal/arbitraryMessages.js"
import * as requests from "./internal/arbitraryRequests.js"
import type { WireError } from "./internal/failure.js"

export type { EventStream } from "./internal/arbitraryMessages.js"

/**
 * Requests that our own validation accepts: up to four rounds of turns, with tools called and answered, thinking,
 * images, documents and the common settings.
 *
 * @example
 * ```ts
 * import { assert, it } from "@effect/vitest"
 * import { MessageRequest } from "effect-claude"
 * import { Arbitraries } from "effect-claude/testing"
 *
 * it.prop("a request is sent as it was given", [Arbitraries.request], ([request]) =>
 *   assert.deepStrictEqual(MessageRequest.toWire(request), request))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const request: FastCheck.Arbitrary<MessageRequest> = requests.request

/**
 * Answers: text, cited text, thinking, tool calls and blocks of an unknown type, with a stop reason that fits them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const message: FastCheck.Arbitrary<Message> = messages.message

/**
 * Answers as streams: the message, its events, and their bytes in chunks that are cut anywhere.
 *
 * @since 0.1.0
 * @category constructors
 */
export const eventStream: FastCheck.Arbitrary<messages.EventStream> = messages.eventStream

/**
 * Bytes, cut into chunks anywhere; none is empty.
 *
 * @since 0.1.0
 * @category constructors
 */
export const chunks = (bytes: Uint8Array): FastCheck.Arbitrary<ReadonlyArray<Uint8Array>> => messages.chunks(bytes)

/**
 * Errors of every tag, with fields as calls have them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const error: FastCheck.Arbitrary<ClaudeError.ClaudeError> = errors.error

/**
 * Errors that come from the other side: what `TestClaude.fail` takes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const wireError: FastCheck.Arbitrary<WireError> = errors.wireError

/**
 * Faults of a transport, in every phase.
 *
 * @since 0.1.0
 * @category constructors
 */
export const transportFault: FastCheck.Arbitrary<Fault> = errors.transportFault
