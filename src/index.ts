/**
 * The portable modules, one namespace each.
 *
 * @since 0.1.0
 */

/**
 * Lets calls in: a cap, a fair queue, and pacing by the rate limits.
 *
 * @since 0.1.0
 */
export * as Admission from "./policy/Admission.js"

/**
 * Cache control, on the wire.
 *
 * @since 0.1.0
 */
export * as CacheControl from "./schema/CacheControl.js"

/**
 * All that is needed to go on with a cut stream.
 *
 * @since 0.1.0
 */
export * as Checkpoint from "./resume/Checkpoint.js"

/**
 * Where checkpoints are kept.
 *
 * @since 0.1.0
 */
export * as CheckpointStore from "./resume/CheckpointStore.js"

/**
 * Stops calling what keeps failing, and finds out when it is back.
 *
 * @since 0.1.0
 */
export * as CircuitBreaker from "./policy/CircuitBreaker.js"

/**
 * Citations, on the wire.
 *
 * @since 0.1.0
 */
export * as Citation from "./schema/Citation.js"

/**
 * The Claude API as a service: the front door.
 *
 * @since 0.1.0
 */
export * as Claude from "./Claude.js"

/**
 * Credentials, base URL, API version, betas, headers and timeouts.
 *
 * @since 0.1.0
 */
export * as ClaudeConfig from "./ClaudeConfig.js"

/**
 * Every way a call can fail.
 *
 * @since 0.1.0
 */
export * as ClaudeError from "./ClaudeError.js"

/**
 * What happens to a call, and the hub that tells it.
 *
 * @since 0.1.0
 */
export * as ClaudeEvent from "./ClaudeEvent.js"

/**
 * Containers, on the wire.
 *
 * @since 0.1.0
 */
export * as Container from "./schema/Container.js"

/**
 * The blocks of an answer.
 *
 * @since 0.1.0
 */
export * as ContentBlock from "./schema/ContentBlock.js"

/**
 * The blocks of a request.
 *
 * @since 0.1.0
 */
export * as ContentBlockParam from "./schema/ContentBlockParam.js"

/**
 * What the API answers when it refuses.
 *
 * @since 0.1.0
 */
export * as ErrorResponse from "./schema/ErrorResponse.js"

/**
 * Other models, keys or regions after a failure.
 *
 * @since 0.1.0
 */
export * as Fallback from "./tools/Fallback.js"

/**
 * The last attempts as data, for the moment after something went wrong.
 *
 * @since 0.1.0
 */
export * as FlightRecorder from "./observe/FlightRecorder.js"

/**
 * How the API does, as this program sees it: windows, a status, alerts.
 *
 * @since 0.1.0
 */
export * as HealthMonitor from "./observe/HealthMonitor.js"

/**
 * A tool call whose input was no JSON, kept as it came.
 *
 * @since 0.1.0
 */
export * as InvalidToolInput from "./stream/InvalidToolInput.js"

/**
 * A message: the answer of a call.
 *
 * @since 0.1.0
 */
export * as Message from "./schema/Message.js"

/**
 * What is asked of the API.
 *
 * @since 0.1.0
 */
export * as MessageRequest from "./schema/MessageRequest.js"

/**
 * What to make of a stream of events: text, thinking, tool calls, the whole message.
 *
 * @since 0.1.0
 */
export * as MessageStream from "./stream/MessageStream.js"

/**
 * The events of a streamed message.
 *
 * @since 0.1.0
 */
export * as MessageStreamEvent from "./schema/MessageStreamEvent.js"

/**
 * Models, their limits and capabilities.
 *
 * @since 0.1.0
 */
export * as Model from "./schema/Model.js"

/**
 * Effort and structured output.
 *
 * @since 0.1.0
 */
export * as OutputConfig from "./schema/OutputConfig.js"

/**
 * A page of a list.
 *
 * @since 0.1.0
 */
export * as Page from "./schema/Page.js"

/**
 * What the API last said of its limits.
 *
 * @since 0.1.0
 */
export * as RateLimits from "./policy/RateLimits.js"

/**
 * The rules that a request is checked by before it is sent.
 *
 * @since 0.1.0
 */
export * as RequestValidation from "./schema/RequestValidation.js"

/**
 * Streams that go on after a cut.
 *
 * @since 0.1.0
 */
export * as Resumable from "./resume/Resumable.js"

/**
 * How going on with a stream can fail.
 *
 * @since 0.1.0
 */
export * as ResumeError from "./resume/ResumeError.js"

/**
 * The marker that a resumed stream puts where it was cut.
 *
 * @since 0.1.0
 */
export * as ResumeMarker from "./stream/ResumeMarker.js"

/**
 * Stops retry storms: a bucket that the retries of many calls share.
 *
 * @since 0.1.0
 */
export * as RetryBudget from "./policy/RetryBudget.js"

/**
 * When to try again, and when not.
 *
 * @since 0.1.0
 */
export * as RetryPolicy from "./policy/RetryPolicy.js"

/**
 * The place where the text of one attempt ends and that of the next begins.
 *
 * @since 0.1.0
 */
export * as Seam from "./resume/Seam.js"

/**
 * The part of one message that one attempt delivered.
 *
 * @since 0.1.0
 */
export * as Segment from "./resume/Segment.js"

/**
 * Server-sent events, parsed from bytes in linear time.
 *
 * @since 0.1.0
 */
export * as Sse from "./stream/Sse.js"

/**
 * What a support team asks for, in one piece of JSON.
 *
 * @since 0.1.0
 */
export * as SupportBundle from "./observe/SupportBundle.js"

/**
 * Spans and metrics of calls, by the GenAI conventions.
 *
 * @since 0.1.0
 */
export * as Telemetry from "./observe/Telemetry.js"

/**
 * Extended thinking.
 *
 * @since 0.1.0
 */
export * as Thinking from "./schema/Thinking.js"

/**
 * Token counts.
 *
 * @since 0.1.0
 */
export * as TokenCount from "./schema/TokenCount.js"

/**
 * Tools and tool choice.
 *
 * @since 0.1.0
 */
export * as Tool from "./schema/Tool.js"

/**
 * One HTTP exchange: the seam between the client and whatever carries bytes.
 *
 * @since 0.1.0
 */
export * as Transport from "./transport/Transport.js"

/**
 * What a transport reports when an exchange breaks.
 *
 * @since 0.1.0
 */
export * as TransportFault from "./transport/TransportFault.js"

/**
 * What this version does not know yet, kept as it came.
 *
 * @since 0.1.0
 */
export * as Unknown from "./schema/Unknown.js"
