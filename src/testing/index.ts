/**
 * Doubles for tests of programs that use Claude.
 *
 * @since 0.1.0
 */

/**
 * Arbitrary requests, messages, streams and errors, for property tests.
 *
 * @since 0.1.0
 */
export * as Arbitraries from "./Arbitraries.js"

/**
 * Exchanges with the API, recorded into a file and played again from it.
 *
 * @since 0.1.0
 */
export * as Cassette from "./Cassette.js"

/**
 * Faults of the network and of the API, put between a client and any transport, by a plan and a seed.
 *
 * @since 0.1.0
 */
export * as Faults from "./Faults.js"

/**
 * A scripted Claude: the real client over a transport that plays a script.
 *
 * @since 0.1.0
 */
export * as TestClaude from "./TestClaude.js"
