import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { StopScan } from "../../src/resume/internal/stopScan.js"
import { answers, block, end, request, resumed, start, stop, story, textBlock, textOf } from "./resumed.js"

const [head, tail] = [story.slice(0, 100), story.slice(100)]

const cutHead = () => ({ events: [start(), ...textBlock(0, head).slice(0, -1)], how: "reset" as const })

const right = <A, E>(result: Either.Either<A, E>): A => Either.getOrThrow(result)

describe("a stop reason", () => {
  it.effect.each(["end_turn", "max_tokens", "pause_turn", "model_context_window_exceeded", "one_of_tomorrow"])(
    "%s is an end, and no cut",
    (reason) =>
      Effect.gen(function* () {
        const { requests, result } = yield* resumed([], [], {
          model: answers(() => ({ events: [start(), ...textBlock(0, head), end(reason), stop] }))
        })
        assert.strictEqual(right(result).message.stop_reason, reason)
        assert.isFalse(right(result).synthesized)
        assert.strictEqual(requests.length, 1)
      })
  )

  it.effect("refusal stays one in a continuation, which is not tried again, and marks the text before it", () =>
    Effect.gen(function* () {
      const details = { type: "refusal", category: "cyber", explanation: "No." } as const
      const { requests, result, seen } = yield* resumed([], [], {
        model: answers(cutHead, () => ({ events: [start(), end("refusal", { stop_details: details }), stop] }))
      })
      const { message, refusedAfter, seams } = right(result)
      assert.strictEqual(requests.length, 2)
      assert.strictEqual(message.stop_reason, "refusal")
      assert.deepStrictEqual(message.stop_details, details)
      assert.strictEqual(textOf(seen), head)
      assert.strictEqual(refusedAfter, head.length)
      assert.deepStrictEqual(
        seams.map(({ certain, failed }) => [certain, failed]),
        [[false, true]]
      )
      const marker = seen.findLast((event) => event.type === "resume")
      assert.deepStrictEqual(marker?.type === "resume" ? marker.seam : undefined, {
        certain: false,
        before: head.slice(-40),
        after: ""
      })
    })
  )

  it.effect("refusal behind a good seam marks the text before that segment", () =>
    Effect.gen(function* () {
      const { result, seen } = yield* resumed([], [], {
        model: answers(cutHead, ({ anchor }) => ({
          events: [start(), ...textBlock(0, anchor + tail), end("refusal"), stop]
        }))
      })
      assert.strictEqual(textOf(seen), story)
      assert.strictEqual(right(result).refusedAfter, head.length)
    })
  )

  it.effect("before the last words were repeated is a failed seam, and is tried again", () =>
    Effect.gen(function* () {
      const { requests, result, seen } = yield* resumed([], [], {
        model: answers(
          cutHead,
          ({ anchor }) => ({
            events: [
              start(),
              ...textBlock(0, anchor.slice(0, 10)),
              end("stop_sequence", { stop_sequence: "fox" }),
              stop
            ]
          }),
          ({ anchor }) => ({ events: [start(), ...textBlock(0, anchor + tail), end("end_turn"), stop] })
        ),
        request: { ...request, stop_sequences: ["fox"] }
      })
      assert.strictEqual(textOf(seen), story)
      assert.strictEqual(requests.length, 3)
      assert.deepStrictEqual(
        right(result).segments.map(({ cut }) => cut?.tag),
        ["ConnectionReset", "SeamFailed", undefined]
      )
      assert.strictEqual(right(result).message.stop_reason, "end_turn")
    })
  )
})

describe("a stop sequence", () => {
  const asked = { ...request, stop_sequences: ["moon stood", "END"] }

  it.effect("that begins before the seam and ends behind it ends the message there", () =>
    Effect.gen(function* () {
      const at = story.indexOf("moon stood") + 4
      const { requests, result, seen } = yield* resumed([], [], {
        model: answers(
          () => ({ events: [start(), ...textBlock(0, story.slice(0, at)).slice(0, -1)], how: "reset" }),
          ({ anchor }) => ({
            events: [start(), ...textBlock(0, anchor, " sto", "od above the birches."), end("end_turn"), stop]
          })
        ),
        request: asked
      })
      const { message } = right(result)
      assert.strictEqual(textOf(seen), story.slice(0, at))
      assert.strictEqual(message.stop_reason, "stop_sequence")
      assert.strictEqual(message.stop_sequence, "moon stood")
      assert.isNotTrue(requests[1]?.anchor.includes("moon stood"))
    })
  )

  it.effect("that only seemed to begin before the seam is told on", () =>
    Effect.gen(function* () {
      const at = story.indexOf("moon stood") + 4
      const { result, seen } = yield* resumed([], [], {
        model: answers(
          () => ({ events: [start(), ...textBlock(0, story.slice(0, at)).slice(0, -1)], how: "reset" }),
          ({ anchor }) => ({ events: [start(), ...textBlock(0, anchor, " st", "arted"), end("end_turn"), stop] })
        ),
        request: asked
      })
      assert.strictEqual(textOf(seen), `${story.slice(0, at)} started`)
      assert.strictEqual(right(result).message.stop_reason, "end_turn")
    })
  )

  it.effect("stands in no anchor", () =>
    Effect.gen(function* () {
      const before = `${head} END and then`
      const { requests } = yield* resumed([], [], {
        model: answers(
          () => ({ events: [start(), ...textBlock(0, before).slice(0, -1)], how: "reset" }),
          ({ anchor }) => ({ events: [start(), ...textBlock(0, anchor + tail), end("end_turn"), stop] })
        ),
        request: asked
      })
      assert.isTrue(before.endsWith(requests[1]?.anchor ?? "?"))
      assert.notInclude(requests[1]?.anchor ?? "", "END")
    })
  )

  it("is found in whatever pieces it comes, and what is none is let go", () => {
    for (const [rest, stopped] of [
      ["c and so on", "abc"],
      ["cc", "abc"],
      ["b", undefined],
      ["xyz", undefined]
    ] as const) {
      for (const size of [1, 2, 50]) {
        const scan = new StopScan("text ab", ["abc", "abbx", "q"])
        let emitted = ""
        let found: string | undefined
        for (let at = 0; at < rest.length && found === undefined; at += size) {
          const step = scan.push(rest.slice(at, at + size))
          emitted += step.emit
          found = step.stopped
        }
        if (found === undefined) emitted += scan.end()
        assert.strictEqual(found, stopped)
        assert.strictEqual(emitted, stopped === undefined ? rest : "")
      }
    }
  })
})

describe("max_tokens of a continuation", () => {
  it.effect("is what is left, and the words that are to be repeated", () =>
    Effect.gen(function* () {
      const { requests } = yield* resumed([], [], {
        model: answers(cutHead, ({ anchor }) => ({
          events: [start(), ...textBlock(0, anchor + tail), end("end_turn"), stop]
        }))
      })
      const anchor = requests[1]?.anchor ?? ""
      assert.isAbove(anchor.length, 0)
      assert.strictEqual(
        requests[1]?.body["max_tokens"],
        request.max_tokens - Math.ceil(head.length / 4) + Math.ceil(anchor.length / 4)
      )
    })
  )

  it.effect("that would not be above the budget for thinking is no continuation: the answer begins again", () =>
    Effect.gen(function* () {
      const model = answers(cutHead, () => ({ events: [start(), ...textBlock(0, story), end("end_turn"), stop] }))
      const thinking = { type: "enabled", budget_tokens: 1024 } as const
      const { requests, result } = yield* resumed([], [], {
        model,
        request: { ...request, max_tokens: 1030, thinking }
      })
      assert.strictEqual(requests[1]?.body["max_tokens"], 1030)
      assert.deepStrictEqual(requests[1]?.body["thinking"], thinking)
      assert.deepStrictEqual(
        right(result).segments.map(({ mode }) => mode),
        ["first", "restart"]
      )
    })
  )

  it.effect("counts thinking that was told", () =>
    Effect.gen(function* () {
      const thought = block(
        0,
        {
          type: "thinking",
          thinking: "",
          signature: ""
        },
        { type: "thinking_delta", thinking: head },
        {
          type: "signature_delta",
          signature: "s"
        }
      )
      const { requests } = yield* resumed([], [], {
        model: answers(
          () => ({ events: [start(), ...thought, ...textBlock(1, head).slice(0, -1)], how: "reset" }),
          ({ anchor }) => ({ events: [start(), ...textBlock(0, anchor + tail), end("end_turn"), stop] })
        )
      })
      const anchor = requests[1]?.anchor ?? ""
      assert.strictEqual(
        requests[1]?.body["max_tokens"],
        request.max_tokens - Math.ceil((2 * head.length) / 4) + Math.ceil(anchor.length / 4)
      )
    })
  )
})
