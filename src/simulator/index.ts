/**
 * A Claude API on loopback, with faults. Node only.
 *
 * @since 0.1.0
 */

/**
 * What goes wrong with a request, and which request it happens to.
 *
 * @since 0.1.0
 */
export * as Fault from "./Fault.js"

/**
 * How the simulated model goes on with an answer that broke off.
 *
 * @since 0.1.0
 */
export * as Manner from "./Manner.js"

/**
 * What the simulator saw and did.
 *
 * @since 0.1.0
 */
export * as RequestLog from "./RequestLog.js"

/**
 * The simulator as a service.
 *
 * @since 0.1.0
 */
export * as Simulator from "./Simulator.js"
