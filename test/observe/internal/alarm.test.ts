import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { Alarm, type AlarmSettings, type Change, type Reading } from "../../../src/observe/internal/alarm.js"

const settings: AlarmSettings = { degraded: 0.1, down: 0.5, minimumVolume: 10, clearBelow: 0.5, holdMillis: 30 }

const reading = (now: number, value: number, volume = 100): Reading => ({ now, value, volume, began: now - 1 })

const levels = (...readings: ReadonlyArray<Reading>) => {
  const alarm = new Alarm(settings)
  return readings.map((reading) => {
    alarm.update(reading)
    return alarm.level
  })
}

describe("an alarm", () => {
  it("goes up at once, to where the value is", () => {
    assert.deepStrictEqual(levels(reading(0, 0.09), reading(1, 0.1), reading(2, 0.6)), [0, 1, 2])
    assert.deepStrictEqual(levels(reading(0, 0.6)), [2])
  })

  it("says nothing of a few", () => {
    assert.deepStrictEqual(levels(reading(0, 1, 9), reading(1, 1, 10)), [0, 2])
  })

  it("does not go down for a value under its threshold, nor for a moment far under it", () => {
    assert.deepStrictEqual(
      levels(
        reading(0, 0.2),
        reading(100, 0.08),
        reading(200, 0.04),
        reading(229, 0.04),
        reading(230, 0.08),
        reading(240, 0.04),
        reading(269, 0.04),
        reading(270, 0.04)
      ),
      [1, 1, 1, 1, 1, 1, 1, 0]
    )
  })

  it("goes from down to degraded where it is still bad, and to healthy where it is not", () => {
    assert.deepStrictEqual(levels(reading(0, 0.9), reading(10, 0.2), reading(40, 0.2)), [2, 2, 1])
    assert.deepStrictEqual(levels(reading(0, 0.9), reading(10, 0), reading(40, 0)), [2, 2, 0])
  })

  it("ends when nothing happens any more", () => {
    assert.deepStrictEqual(levels(reading(0, 0.9), reading(10, 0, 0), reading(40, 0, 0)), [2, 2, 0])
  })

  it("remembers when the trouble began, through all its levels", () => {
    const alarm = new Alarm(settings)
    const changes = [reading(5, 0.2), reading(10, 0.9), reading(20, 0), reading(50, 0), reading(99, 0.9)].map((one) =>
      alarm.update(one)
    )
    assert.deepStrictEqual(
      changes.map((change) => change?.since),
      [4, 4, undefined, 4, 98]
    )
  })

  const step = fc.record({
    after: fc.integer({ min: 0, max: 20 }),
    value: fc.constantFrom(0, 0.04, 0.05, 0.09, 0.1, 0.24, 0.25, 0.4, 0.5, 1),
    volume: fc.constantFrom(0, 3, 9, 10, 50)
  })

  it("never goes down but after a calm of its own length, never up but for a reason, and tells each change", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const alarm = new Alarm(settings)
        const past: Array<Reading> = []
        let now = 0
        for (const { after, value, volume } of steps) {
          now += after
          const before = alarm.level
          const current = reading(now, value, volume)
          past.push(current)
          const change: Change | undefined = alarm.update(current)
          assert.strictEqual(change === undefined, alarm.level === before)
          if (alarm.level > before) {
            assert.isTrue(volume >= 10 && value >= (alarm.level === 2 ? 0.5 : 0.1))
          }
          if (alarm.level < before) {
            const line = before === 2 ? 0.25 : 0.05
            const last = past.findLastIndex((one) => one.volume > 0 && one.value >= line)
            const calmFrom = past[last + 1]?.now ?? Infinity
            assert.isTrue(now - calmFrom >= settings.holdMillis)
          }
          if (volume >= 10 && value >= 0.5) assert.strictEqual(alarm.level, 2)
        }
      })
    )
  })
})
