/**
 * What runs on Node alone.
 *
 * @since 0.1.0
 */

/**
 * Checkpoints as files.
 *
 * @since 0.1.0
 */
export * as FileCheckpointStore from "./FileCheckpointStore.js"

/**
 * Examines the way to the API, step by step.
 *
 * @since 0.1.0
 */
export * as Doctor from "./Doctor.js"

/**
 * The last attempts as files, where a crash does not reach them.
 *
 * @since 0.1.0
 */
export * as FlightFile from "./FlightFile.js"

/**
 * The client for Node: pooled connections of its own, the credential from the environment.
 *
 * @since 0.1.0
 */
export * as NodeClaude from "./NodeClaude.js"

/**
 * HTTP for Node on undici's dispatcher: pooled connections, and evidence for every fault.
 *
 * @since 0.1.0
 */
export * as NodeTransport from "./NodeTransport.js"
