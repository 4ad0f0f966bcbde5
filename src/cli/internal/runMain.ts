import * as Runtime from "@effect/platform/Runtime"

/**
 * Runs a command to its end, and interrupts it on SIGINT and SIGTERM: what it opened is closed before the process ends.
 *
 * As NodeRuntime does, which the command would else need @effect/platform-node for, and nothing but that.
 */
export const runMain = Runtime.makeRunMain(({ fiber, teardown }) => {
  const signals = ["SIGINT", "SIGTERM"] as const
  let signalled = false
  const stop = (): void => {
    signalled = true
    // who asks twice does not want to wait
    for (const signal of signals) process.removeListener(signal, stop)
    fiber.unsafeInterruptAsFork(fiber.id())
  }
  for (const signal of signals) process.on(signal, stop)
  fiber.addObserver((exit) => {
    for (const signal of signals) process.removeListener(signal, stop)
    teardown(exit, (code) => {
      if (signalled || code !== 0) process.exit(signalled ? 130 : code)
    })
  })
})
