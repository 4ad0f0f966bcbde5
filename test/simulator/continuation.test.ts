import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Fault, Manner } from "../../src/simulator/index.js"
import type { Simulator } from "../../src/simulator/index.js"
import { ask, dechunk, eventsOf, messageText, post, rawPost, start, stream, textOf, withFaults } from "./support.js"

const question = "Tell me about tides and harbours in about 200 words."
const older = { model: "claude-haiku-4-5", max_tokens: 2000 }
const newer = { model: "claude-opus-5-5", max_tokens: 2000 }

/** The text that came before a cut. */
const cutText = (simulator: Simulator.Service, body: Record<string, unknown>) =>
  Effect.map(rawPost(simulator, { ...body, stream: true }), ({ bytes }) => {
    const text = dechunk(bytes).body.toString()
    return textOf(eventsOf(text.slice(0, text.lastIndexOf("\n\n") + 2)))
  })

const documented = (partial: string) =>
  `Your previous response was interrupted and ended with ${partial}. Continue from where you left off.`

const quoting = (partial: string, content = documented(partial)) => ({
  ...newer,
  messages: [
    { role: "user", content: question },
    { role: "user", content }
  ]
})

describe("an answer that was completed", () => {
  it.scopedLive("is the same for the same prompt, unary and streamed, in each form of the prompt", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const unary = messageText((yield* post(simulator, ask(question))).json)
      const streamed = textOf(yield* stream(simulator, ask(question)))
      const messages = [{ role: "user", content: [{ type: "text", text: question }] }]
      const blocks = yield* post(simulator, ask("", { messages }))
      assert.strictEqual(streamed, unary)
      assert.strictEqual(messageText(blocks.json), unary)
      assert.isAbove(unary.length, 600)
    })
  )

  it.scopedLive("is another for another prompt, model or seed", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const other = yield* start({ seed: "other" })
      const texts = yield* Effect.all([
        post(simulator, ask(question)),
        post(simulator, ask(`${question} Please.`)),
        post(simulator, ask(question, { model: "claude-sonnet-5-5" })),
        post(simulator, ask(question, { system: "Be kind." })),
        post(other, ask(question))
      ])
      assert.strictEqual(new Set(texts.map(({ json }) => messageText(json))).size, 5)
    })
  )

  it.scopedLive("is followed by a new answer in the next turn of the conversation, not by its continuation", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const first = messageText((yield* post(simulator, ask(question))).json)
      const next = yield* post(
        simulator,
        ask("", {
          messages: [
            { role: "user", content: question },
            { role: "assistant", content: first },
            { role: "user", content: "Thank you. And what about rivers?" }
          ]
        })
      )
      assert.isAbove(messageText(next.json).length, 100)
      assert.strictEqual((yield* simulator.log)[1]?.continues, undefined)
    })
  )
})

describe("an answer that was cut after text was sent", () => {
  it.scopedLive("is another when the same is asked from the start, and then stays that", () =>
    Effect.gen(function* () {
      const calm = yield* start()
      const whole = textOf(yield* stream(calm, ask(question)))
      const simulator = yield* withFaults(Fault.resetAt({ text: 120 }))
      const partial = yield* cutText(simulator, ask(question))
      assert.isTrue(whole.startsWith(partial))
      assert.isAtLeast(partial.length, 120)
      const again = textOf(yield* stream(simulator, ask(question)))
      assert.isFalse(again.startsWith(partial))
      assert.strictEqual(textOf(yield* stream(simulator, ask(question))), again)
    })
  )

  it.scopedLive("is the same when it was cut before any text was sent", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.resetAt({ event: 2 }), Fault.resetBeforeHeaders(), Fault.overloaded())
      for (let cuts = 0; cuts < 3; cuts++) {
        const until = (bytes: Buffer) => bytes.includes("overloaded")
        yield* rawPost(simulator, { ...ask(question), stream: true }, { until })
      }
      const calm = yield* start()
      assert.strictEqual(textOf(yield* stream(simulator, ask(question))), textOf(yield* stream(calm, ask(question))))
    })
  )

  it.scopedLive("is another after an error event, a clean end and a client that left in the middle", () =>
    Effect.gen(function* () {
      const at = { text: 50 }
      for (const fault of [Fault.errorEvent({ at }), Fault.endAt(at), Fault.stallAt(at)]) {
        const simulator = yield* withFaults(fault)
        const body = { ...ask(question), stream: true }
        const partial = dechunk((yield* rawPost(simulator, body, { until: (bytes) => bytes.length > 1200 })).bytes)
        const said = textOf(eventsOf(`${partial.body.toString().split("\n\n").slice(0, 6).join("\n\n")}\n\n`))
        assert.isFalse(textOf(yield* stream(simulator, ask(question))).startsWith(said), fault.name)
      }
    })
  )
})

describe("a request that continues a partial answer", () => {
  const forms = {
    "quoted in a user turn, as documented": (partial: string) => quoting(partial),
    "quoted between tags, with blanks at its end": (partial: string) =>
      quoting(partial, `Cut off:\n<partial>\n${partial}\n</partial>\nGo on where it stops.`),
    "quoted by its last words only": (partial: string) => quoting(partial, documented(`…${partial.slice(-90)}`)),
    "quoted in a block of the first user turn": (partial: string) => ({
      ...newer,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: question },
            { type: "text", text: documented(partial) }
          ]
        }
      ]
    }),
    "given as an assistant turn before a user turn": (partial: string) => ({
      ...newer,
      messages: [
        { role: "user", content: question },
        { role: "assistant", content: partial },
        { role: "user", content: "Continue from where you left off." }
      ]
    })
  }

  for (const [name, form] of Object.entries(forms)) {
    it.scopedLive(`goes on exactly where the text stopped: ${name}`, () =>
      Effect.gen(function* () {
        const calm = yield* start()
        const whole = textOf(yield* stream(calm, { ...newer, ...ask(question, newer) }))
        const simulator = yield* withFaults(Fault.resetAt({ text: 333 }))
        const partial = yield* cutText(simulator, ask(question, newer))
        const rest = textOf(yield* stream(simulator, form(partial)))
        assert.strictEqual(partial + rest, whole)
        assert.isDefined((yield* simulator.log)[1]?.continues)
      })
    )
  }

  it.scopedLive("goes on from a prefill on models up to 4.5, blanks at the end trimmed by the client", () =>
    Effect.gen(function* () {
      const calm = yield* start()
      const whole = textOf(yield* stream(calm, ask(question, older)))
      for (const at of [40, 41, 42, 43, 44, 200]) {
        const simulator = yield* withFaults(Fault.resetAt({ text: at }))
        const partial = (yield* cutText(simulator, ask(question, older))).trimEnd()
        const messages = [
          { role: "user", content: question },
          { role: "assistant", content: partial }
        ]
        const body = { ...older, messages }
        assert.strictEqual(partial + textOf(yield* stream(simulator, body)), whole)
        assert.strictEqual((yield* simulator.log)[1]?.continues, "prefill")
      }
    })
  )

  it.scopedLive(
    "goes on at any place, also when the client received less than was sent",
    () =>
      Effect.gen(function* () {
        const calm = yield* start()
        const whole = textOf(yield* stream(calm, ask(question, newer)))
        const simulator = yield* withFaults(Fault.resetAt({ text: 700 }))
        yield* cutText(simulator, ask(question, newer))
        for (const length of [1, 5, 23, 24, 25, 48, 49, 300, 555, 690]) {
          const partial = whole.slice(0, length)
          assert.strictEqual(partial + textOf(yield* stream(simulator, quoting(partial))), whole, `at ${length}`)
        }
      }),
    60_000
  )

  it.scopedLive("goes on again and again, in append-only turns", () =>
    Effect.gen(function* () {
      const calm = yield* start()
      const whole = textOf(yield* stream(calm, ask(question, newer)))
      const simulator = yield* withFaults(Fault.times(Fault.resetAt({ text: 150 }), 3))
      const messages: Array<{ role: string; content: string }> = [{ role: "user", content: question }]
      let text = yield* cutText(simulator, { ...newer, messages })
      let last = text
      for (let cut = 0; cut < 2; cut++) {
        messages.push(
          { role: "assistant", content: last },
          { role: "user", content: "Please continue where you left off." }
        )
        last = yield* cutText(simulator, { ...newer, messages })
        text += last
      }
      messages.push({ role: "user", content: documented(text) })
      text += textOf(yield* stream(simulator, { ...newer, messages }))
      assert.strictEqual(text, whole)
    })
  )

  it.scopedLive("goes on with the answer that was cut, not with one that was begun in its place", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.resetAt({ text: 200 }), Fault.resetAt({ text: 200 }))
      const one = yield* cutText(simulator, ask(question, newer))
      const two = yield* cutText(simulator, ask(question, newer))
      const restOfOne = textOf(yield* stream(simulator, quoting(one)))
      const restOfTwo = textOf(yield* stream(simulator, quoting(two)))
      assert.notStrictEqual(restOfOne, restOfTwo)
      const calm = yield* start()
      assert.strictEqual(one + restOfOne, textOf(yield* stream(calm, ask(question, newer))))
    })
  )

  it.scopedLive("says nothing more when the whole text was there", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.resetAt({ after: "content_block_stop" }))
      const whole = yield* cutText(simulator, ask(question, newer))
      const { json } = yield* post(simulator, quoting(whole))
      assert.deepStrictEqual(json.content, [])
      assert.strictEqual(json.stop_reason, "end_turn")
    })
  )

  it.scopedLive("calls the tools in the end that the answer was to call", () =>
    Effect.gen(function* () {
      const tools = [{ name: "find_train", input_schema: { type: "object", properties: { to: { type: "string" } } } }]
      const asking = { ...newer, messages: [{ role: "user", content: "find_train to the sea" }], tools }
      const calm = yield* start()
      const whole = (yield* post(calm, asking)).json.content
      const simulator = yield* withFaults(Fault.resetAt({ text: 5 }))
      const partial = yield* cutText(simulator, asking)
      const turn = { role: "user", content: documented(partial) }
      const rest = (yield* post(simulator, { ...asking, messages: [...asking.messages, turn] })).json
      assert.strictEqual(partial + (rest.content[0]?.text ?? ""), whole[0]?.text)
      assert.deepStrictEqual(rest.content[1], whole[1])
      assert.strictEqual(rest.stop_reason, "tool_use")
    })
  )

  it.scopedLive("is still bound by its own max_tokens and stop sequences", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.resetAt({ text: 200 }))
      const partial = yield* cutText(simulator, ask(question, newer))
      const { json } = yield* post(simulator, { ...quoting(partial), max_tokens: 7 })
      assert.strictEqual(json.stop_reason, "max_tokens")
      assert.strictEqual(json.usage.output_tokens, 7)
      const rest = messageText((yield* post(simulator, quoting(partial))).json)
      const stopped = yield* post(simulator, { ...quoting(partial), stop_sequences: [rest.slice(20, 30)] })
      assert.isTrue(rest.startsWith(messageText(stopped.json)))
      assert.strictEqual(stopped.json.stop_reason, "stop_sequence")
    })
  )
})

describe("manners", () => {
  const continued = (manner: Manner.Manner, turn: (partial: string) => string) =>
    Effect.gen(function* () {
      const simulator = yield* start({ faults: [Fault.resetAt({ text: 333 })], manner })
      const partial = yield* cutText(simulator, ask(question, newer))
      const rest = textOf(yield* stream(simulator, quoting(partial, turn(partial))))
      const calm = yield* start()
      return { partial, rest, whole: textOf(yield* stream(calm, ask(question, newer))) }
    })

  const repeating = (partial: string) =>
    `Your response was interrupted. So far you wrote:\n<so_far>${partial}</so_far>\n`
    + `Continue it. Begin with these last words, repeated exactly: "${partial.trimEnd().slice(-48)}"`

  it.scopedLive("obedient repeats the last words first when the turn asks for it", () =>
    Effect.gen(function* () {
      const { partial, rest, whole } = yield* continued(Manner.obedient, repeating)
      const anchor = partial.trimEnd().slice(-48)
      assert.isTrue(rest.startsWith(anchor))
      assert.strictEqual(partial.trimEnd().slice(0, -48) + rest, whole)
    })
  )

  it.scopedLive("obedient repeats a number of characters or words when the turn names it", () =>
    Effect.gen(function* () {
      const naming = (amount: string) => (partial: string) => `${documented(partial)} Repeat the last ${amount} first.`
      const byCharacters = yield* continued(Manner.obedient, naming("30 characters"))
      assert.isTrue(byCharacters.rest.startsWith(byCharacters.partial.trimEnd().slice(-30)))
      const byWords = yield* continued(Manner.obedient, naming("3 words"))
      assert.isTrue(byWords.rest.startsWith(byWords.partial.trimEnd().split(/\s+/).slice(-3).join(" ")))
    })
  )

  it.scopedLive("others overlap, start again, chat, or take no notice", () =>
    Effect.gen(function* () {
      const overlap = yield* continued(Manner.overlapping(20), documented)
      assert.strictEqual(overlap.partial.slice(0, -20) + overlap.rest, overlap.whole)
      const forgetful = yield* continued(Manner.forgetful, documented)
      assert.strictEqual(forgetful.rest, forgetful.whole)
      const chatty = yield* continued(Manner.chatty("Sure! "), documented)
      assert.strictEqual(chatty.partial + chatty.rest.slice("Sure! ".length), chatty.whole)
      const exact = yield* continued(Manner.exact, repeating)
      assert.strictEqual(exact.partial + exact.rest, exact.whole)
    })
  )
})
